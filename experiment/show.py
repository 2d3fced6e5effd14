"""What a trained model does, within seconds. Installed as aae-show; see --help."""

import sys

from aae.cli.show import main

if __name__ == "__main__":
    sys.exit(main())
