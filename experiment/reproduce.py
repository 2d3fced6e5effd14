"""A recipe over its seeds, beside the paper's figure. Installed as aae-reproduce; see --help."""

import sys

from aae.cli.reproduce import main

if __name__ == "__main__":
    sys.exit(main())
