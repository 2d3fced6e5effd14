"""Draws a set of colour pictures to train on. Installed as aae-shapes; see --help."""

import sys

from aae.cli.make_shapes import main

if __name__ == "__main__":
    sys.exit(main())
