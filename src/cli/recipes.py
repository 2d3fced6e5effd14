"""The recipes: flag files of the figures and tables of the paper, found by name wherever the package is."""

from pathlib import Path

from ..errors import choose
from .flag_group import RUN, FlagGroup

FOLDER = Path(__file__).parents[1] / "recipes"


def recipe_path(name):
    """The flag file of the recipe called ``name``.

    Raises:
        InputError: If there is none of that name.
    """
    return choose("recipe", name, {path.stem: path for path in sorted(FOLDER.glob("*.cfg"))})


def define_recipe_flag(values):
    """The flag that names a recipe."""
    FlagGroup(values, RUN).text(
        "recipe",
        None,
        "Begin with the flags of a recipe, such as fig3_gmm_10k; flags that are given besides override its own.",
    )


def with_recipe(arguments):
    """``arguments`` with the flag file of their --recipe before all others, so that these override it.

    Raises:
        InputError: If there is no such recipe.
    """
    name = None
    for word, following in zip(arguments, [*arguments[1:], None], strict=False):
        flag, equals, value = word.partition("=")
        if flag in ("--recipe", "-recipe"):
            name = value if equals else following
    return list(arguments) if name is None else [f"--flagfile={recipe_path(name)}", *arguments]
