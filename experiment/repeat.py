"""A training run over several seeds (tables 1 to 3). Installed as aae-repeat; see --help."""

import sys

from aae.cli.repeat import main

if __name__ == "__main__":
    sys.exit(main())
