"""Repeats a training run over several seeds and reports every metric as mean ± standard error (tables 1 to 3).

aae-repeat --seeds 0-9 --save_path runs/table2 --recipe table2_mnist_100

Flags of the training script are passed on to it. Each seed has a folder of its own in --save_path; one that is there
already, trained with the same flags, is not trained again. The summary goes to repeated.json.
"""

import sys
from pathlib import Path

from ..errors import InputError
from .flag_group import RUN, FlagGroup
from .script import Script, run
from .seeds import TRAINING_SCRIPTS, define_repeat_flags, parsed_seeds, repeat


def define_flags(values):
    """Which seeds, where to, and of what."""
    define_repeat_flags(values, "0-9")
    group = FlagGroup(values, RUN)
    group.text("save_path", None, "Folder of the repeated runs.", required=True)
    group.choice("script", "aae_mnist.py", TRAINING_SCRIPTS, "The training script.")


def command(invocation):
    """Trains the runs that are not there yet, and summarises all."""
    from ..training.repeats import describe_repeats

    values = invocation.values
    if not invocation.passed_on:
        raise InputError("no training to repeat: give the flags of one, such as --recipe NAME or --train")
    seeds = parsed_seeds(values.seeds)
    folders, summary = repeat(seeds, Path(values.save_path), values.script, invocation.passed_on, values.jobs)
    print(f"\nMean ± standard error over {len(folders)} seeds, on test images:")
    for line in describe_repeats(summary):
        print(line)


SCRIPT = Script("repeat", __doc__, define_flags, command, passes_on=True)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
