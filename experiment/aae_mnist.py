"""Adversarial autoencoders on MNIST: train, sample, draw, measure. Installed as aae-mnist; see --help."""

import sys

from aae.cli.aae_mnist import main

if __name__ == "__main__":
    sys.exit(main())
