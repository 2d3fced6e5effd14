"""Runs or resumes a recipe over its seeds, and sets its result beside the paper's.

aae-reproduce --recipe table2_mnist_100
aae-reproduce --recipe table2_mnist_100 --seeds 0-2 --jobs 2
aae-reproduce --recipe table2_mnist_100 --seeds 0-2 --publish
aae-reproduce --recipe table2_mnist_100_adam --name fashion_100 --dataset fashion_mnist

Other flags are passed on to the training script. Runs lie in runs/reproduce/RECIPE, or in runs/reproduce/NAME.
"""

import sys
from pathlib import Path

from ..errors import InputError
from .flag_group import RUN, FlagGroup
from .recipes import script_of
from .script import Script, run
from .seeds import defaults_of, define_repeat_flags, parsed_seeds, repeat

# In a checkout a link to the results there; an installed copy has those that ``report`` reads.
RESULTS = Path(__file__).parents[1] / "results"
RUNS = Path("runs/reproduce")


def define_flags(values):
    """Which recipe, over which seeds."""
    group = FlagGroup(values, RUN)
    group.text("recipe", None, "Name of a recipe, such as table2_mnist_100.", required=True)
    group.text(
        "name",
        None,
        "Name of its runs and of their result, where --data_path or --dataset has it trained on other images, such as "
        "fashion_100: one of results/published.json. Default: that of the recipe.",
    )
    define_repeat_flags(values, None)
    FlagGroup(values, RUN).boolean(
        "publish", False, "Copy metrics and record of each seed to results/, and describe them there."
    )


def check_checkout(values):
    """Refuses to publish where there is no checkout to publish in."""
    if values.publish and not RESULTS.is_symlink():
        raise InputError("--publish writes to results/ of a checkout, and this is an installed copy; run it from one")


def command(invocation):
    """Trains the runs that are not there yet, and reports on all."""
    from ..training.publication import publish
    from ..training.reproduction import read_published, report, write_curves

    values = invocation.values
    recipe = values.recipe
    name = values.name or recipe
    published = read_published(RESULTS / "published.json", name)
    _require_fitting(name, recipe, published, invocation.passed_on)
    arguments = [f"--recipe={recipe}", *invocation.passed_on]
    seeds = parsed_seeds(values.seeds or published["seeds"])
    root = RUNS / name
    script = f"{script_of(recipe)}.py"
    folders, summary = repeat(seeds, root, script, arguments, values.jobs)
    print()
    for line in report(name, folders, summary, published, RESULTS / name / "repeated.json"):
        print(line)
    curves = write_curves(root / "learning_curves.png", name, folders, published)
    if curves:
        print(f"  learning curves {curves}")
    if values.publish:
        results = RESULTS.resolve() / name
        page = publish(recipe, folders, published, results, invocation.passed_on, defaults_of(script, arguments))
        print(f"  published as    {page}")


def _require_fitting(name, recipe, published, passed_on):
    """Refuses another recipe than the result is of, and a result on other images where nothing says which."""
    its_recipe = published.get("recipe", name)
    if its_recipe != recipe:
        raise InputError(f"--name {name} is not of recipe {recipe}: give --recipe {its_recipe} --name {name}")
    flags = {word.lstrip("-").partition("=")[0] for word in passed_on}
    if "images" in published and not flags & {"data_path", "dataset"}:
        raise InputError(f"--name {name}: a result on {published['images']}; give their --data_path or --dataset")


SCRIPT = Script("reproduce", __doc__, define_flags, command, check_checkout, passes_on=True)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
