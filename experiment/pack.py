"""Pack a trained run into the package. Installed as aae-pack; see --help."""

import sys

from aae.cli.pack import main

if __name__ == "__main__":
    sys.exit(main())
