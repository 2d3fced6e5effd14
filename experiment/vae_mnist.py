"""Variational, denoising and plain autoencoders on MNIST. Installed as vae-mnist; see --help."""

import sys

from aae.cli.vae_mnist import main

if __name__ == "__main__":
    sys.exit(main())
