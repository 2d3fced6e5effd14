"""Draws a set of colour pictures to train on: shapes, each in a random place, size, turn and colour.

aae-shapes --save_path shapes
aae-shapes --save_path shapes --ntrain 6000 --ntest 1200 --size 64 --seed 0

They lie in train/CLASS and test/CLASS, as --data_path takes them; the same flags draw the same pictures.
"""

import sys

from .flag_group import DATA, RUN, FlagGroup
from .script import Script, run


def define_flags(values):
    """Where to, how many, how large."""
    group = FlagGroup(values, DATA)
    group.integer("ntrain", 6000, "Pictures to train on, in all.")
    group.integer("ntest", 1200, "Pictures to test on, in all.")
    group.integer("size", 64, "Height and width of a picture in pixels.")
    group = FlagGroup(values, RUN)
    group.text("save_path", None, "Folder of the pictures, new or empty.", required=True)
    group.integer("seed", 0, "Random seed.", lower_bound=0)


def command(invocation):
    """Draws them, and says where they are."""
    from ..data.shapes import OUTLINES, write_shapes

    values = invocation.values
    write_shapes(values.save_path, values.ntrain, values.ntest, values.size, values.seed)
    print(
        f"{values.save_path}: {values.ntrain:,} pictures to train on and {values.ntest:,} to test on, "
        f"of {len(OUTLINES)} classes: {', '.join(OUTLINES)}"
    )


SCRIPT = Script("make_shapes", __doc__, define_flags, command)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
