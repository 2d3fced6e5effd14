"""Runs a recipe over its seeds, or goes on with it, and sets its figure beside the paper's.

python experiment/reproduce.py --recipe table2_mnist_100
python experiment/reproduce.py --recipe table2_mnist_100 --seeds 0-2 --jobs 2
python experiment/reproduce.py --recipe table2_mnist_100 --seeds 0-2 --publish

Other flags are passed on to the training script. Runs lie in runs/reproduce/RECIPE.
"""

from pathlib import Path

import command_line
from absl import flags
from command_line import FLAGS, RUN
from repeat import define_repeat_flags, parsed, repeat

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"
RUNS = Path("runs/reproduce")


def define_flags():
    """Which recipe, over which seeds."""
    flags.DEFINE_string("recipe", None, "Name of a recipe, such as table2_mnist_100.", required=True, module_name=RUN)
    define_repeat_flags(None)
    flags.DEFINE_bool(
        "publish",
        False,
        "Copy metrics, figures and record of each seed to results/, and describe them there.",
        module_name=RUN,
    )


def main(passed_on):
    """Trains what is not there yet, and reports."""
    from aae.training.publication import publish
    from aae.training.reproduction import read_published, report, write_curves

    published = read_published(RESULTS / "published.json", FLAGS.recipe)
    arguments = [f"--flagfile={HERE / 'recipes' / FLAGS.recipe}.cfg", *passed_on]
    seeds = parsed(FLAGS.seeds or published["seeds"])
    root = RUNS / FLAGS.recipe
    folders, summary = repeat(seeds, root, "aae_mnist.py", arguments)
    print()
    for line in report(FLAGS.recipe, folders, summary, published, RESULTS / FLAGS.recipe / "repeated.json"):
        print(line)
    curves = write_curves(root / "learning_curves.png", FLAGS.recipe, folders, published)
    if curves:
        print(f"  learning curves {curves}")
    if FLAGS.publish:
        print(f"  published as    {publish(FLAGS.recipe, folders, published, RESULTS / FLAGS.recipe)}")


if __name__ == "__main__":
    define_flags()
    command_line.run(main, pass_on=True)
