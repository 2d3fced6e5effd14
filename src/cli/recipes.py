"""The recipes: flag files of the figures and tables of the paper, found by name wherever the package is."""

from pathlib import Path

from ..errors import InputError, choose
from .flag_group import RUN, FlagGroup
from .program import INSTALLED

FOLDER = Path(__file__).parents[1] / "recipes"


def recipe_path(name):
    """The flag file of the recipe called ``name``.

    Raises:
        InputError: If there is none of that name.
    """
    return choose("recipe", name, {path.stem: path for path in sorted(FOLDER.glob("*.cfg"))})


def script_of(name):
    """Name of the script whose flags the recipe called ``name`` has, "vae_mnist" or "aae_mnist".

    Raises:
        InputError: If there is none of that name.
    """
    # Only the script of several models without a game asks which.
    has_model = any(line.startswith("--model=") for line in recipe_path(name).read_text().splitlines())
    return "vae_mnist" if has_model else "aae_mnist"


def define_recipe_flag(values):
    """The flag that names a recipe."""
    FlagGroup(values, RUN).text(
        "recipe",
        None,
        "Begin with the flags of a recipe, such as fig3_gmm_10k; flags that are given besides override its own.",
    )


def with_recipe(arguments, script):
    """``arguments`` of the script called ``script`` with the flag file of their --recipe before all others.

    So these override it.

    Raises:
        InputError: If there is no such recipe, or it is one of another script.
    """
    name = None
    for word, following in zip(arguments, [*arguments[1:], None], strict=False):
        flag, equals, value = word.partition("=")
        if flag in ("--recipe", "-recipe"):
            name = value if equals else following
    if name is None:
        return list(arguments)
    if script_of(name) != script:
        raise InputError(f"recipe {name} has the flags of {script_of(name)}; run {INSTALLED[script_of(name)]}")
    return [f"--flagfile={recipe_path(name)}", *arguments]
