"""The codes of AAE, VAE and autoencoder side by side (figure 2). Installed as aae-compare; see --help."""

import sys

from aae.cli.compare_codes import main

if __name__ == "__main__":
    sys.exit(main())
