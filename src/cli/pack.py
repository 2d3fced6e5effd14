"""Packs a trained run into the package: its weights in float16, and a card that says what it is.

aae-pack --save_path runs/NAME --name mine --title "What it is" --dataset mnist --out models
"""

import re
import shlex
import sys

from ..config import WITHOUT_GAME
from ..errors import InputError
from . import aae_mnist, vae_mnist
from .flag_group import DATA, RUN, FlagGroup
from .given import given
from .program import INSTALLED
from .script import Script, parsed, run

# Where the run was is nobody's concern, and its data lie elsewhere for others.
LEFT_OUT = ("data_path", "save_path", "plot_every", "save_every", "save_minutes", "keep", "resume", "load")
SPLITS = ("train", "valid", "test")
RECORDED = ("experiment", "flags", "data", "finished", "git_commit", "versions", "machine")


def define_flags(values):
    """Which run, and what to call it."""
    group = FlagGroup(values, RUN)
    group.text("save_path", None, "Folder of the run.")
    group.text("name", None, "Name of the model, as --load pretrained:NAME takes it.")
    group.text("title", None, "What it is, in one line, with the paper's figure or table.")
    group.words("class_names", None, "Names of the classes, parted by commas. Default: those of the data set, if any.")
    group.text("out", None, "Folder of cards and weights. Default: the package's own.")
    group.boolean("replace", False, "Replace a model of that name.")
    group = FlagGroup(values, DATA)
    group.text("data_path", None, "Where the run's images are now. Default: where they were.")
    group.text(
        "dataset", None, "What the set is called, in TensorFlow Datasets if it is there. Default: the run's own."
    )


def require_flags(values):
    """Refuses to pack what has no name, or one that is no name of a file."""
    for name in ("save_path", "name", "title"):
        if not values[name].value:
            raise InputError(f"no --{name}: expected the run's folder, a name and a title")
    if not re.fullmatch(r"[a-z0-9_]+", values.name):
        raise InputError(f"--name {values.name}: expected lower-case letters, digits and _")


def command(invocation):
    """Writes weights and card, and prints the card."""
    from ..training.run_folder import RunFolder
    from ..zoo.packing import pack
    from .images import recorded_split, recorded_valid, show_notices

    values = invocation.values
    folder = RunFolder(values.save_path)
    record = folder.read_config()
    if "finished" not in record:
        raise InputError(f"{folder.path}: holds no finished run; train it to its end")
    source = given(values, ["data_path"])
    dataset = values.dataset or record["flags"]["dataset"]
    if values.dataset is None and (source or record["flags"]["data_path"]):
        raise InputError("the images come from a folder: say by --dataset what the set is called, such as mnist")
    test = recorded_split(folder, "test", source)
    show_notices(test)
    if test.is_table:
        raise InputError(f"{folder.path}: a run on a table; what comes with the package are models of images")
    splits = {"test": test, "valid": lambda: recorded_valid(folder, source)}
    titles = {name: values[name].value for name in ("name", "title", "class_names")}
    words, model_config = _recorded_run(record)
    kept = _kept(record, dataset) | {"command": shlex.join(words)}
    pretrained = pack(folder, model_config, kept, titles, splits, values.out, values.replace)
    pretrained.list(values.name)


def _kept(record, dataset):
    """What a card keeps of a run's record: no folder of anybody's."""
    kept = {name: record[name] for name in RECORDED}
    kept["flags"] = record["flags"] | {"data_path": None, "save_path": None, "dataset": dataset}
    parts = record["data"].items()
    return kept | {"data": {name: part | {"source": dataset} if name in SPLITS else part for name, part in parts}}


def _recorded_run(record):
    """The command of a run, without where it was, and the ``ModelConfig`` that it says."""
    words = shlex.split(record["command"])
    first_flag = next(index for index, word in enumerate(words) if word.startswith("--"))
    script = vae_mnist if record["experiment"]["model"] in WITHOUT_GAME else aae_mnist
    values, _ = parsed(script.SCRIPT, words[first_flag:])
    kind = () if script is vae_mnist else (aae_mnist.trained_kind(values),)
    model_config = script.config(values, *kind).model
    return [INSTALLED[script.SCRIPT.name], *_without_places(words[first_flag:])], model_config


def _without_places(arguments):
    skips_value = False
    for word in arguments:
        if skips_value:
            skips_value = False
            continue
        name, equals, _ = word.lstrip("-").partition("=")
        if name in LEFT_OUT:
            skips_value = not equals and name != "resume"
        else:
            yield word


SCRIPT = Script("pack", __doc__, define_flags, command, require_flags)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
