"""Publishes the runs of a recipe: metrics and record of every seed, pictures of the first, and their means."""

import itertools
import re
import shutil

from ..errors import InputError
from ..safe_files import atomic_write, write_json, write_text
from .repeats import describe_repeats, summarise
from .report_pictures import KINDS, final_picture
from .reproduction import errors_timed, metric_of, minutes_to, over_seeds, write_curves, written_metric
from .run_folder import RunFolder

PLACEHOLDERS = {"data_path": "DIR", "save_path": "RUN"}
# What stands before the name of a script or a recipe in a command.
ABSOLUTE_FOLDER = re.compile(r"(?<=[ =])/[^ \"]*/")
# The kinds of pictures that are published; the first of each tuple that there is.
PICTURES = [("confusion",), ("mistakes",), ("clusters",), ("latent",), ("sample_style", "generate_im")]
# What may differ between the seeds of one recipe, beside the paths.
OF_THE_SEED = (
    *("seed", "label_draw", "save_path", "data_path", "resume", "load"),
    *("plot_every", "save_every", "save_minutes", "keep"),
)


def publish(recipe, folders, published, results, passed_on=(), defaults=None):
    """Copies finished runs to ``results``, beside the seeds published before, and describes all of them there.

    Pictures are those of the lowest seed.

    Args:
        recipe: Name of the recipe.
        folders: Mapping from seeds to ``RunFolder``s of finished and measured runs.
        published: Entry of the recipe, of ``reproduction.read_published``.
        results: Path of the folder of the results; it need not exist. Its name is theirs, mostly that of the recipe.
        passed_on: Flags that the runs were given besides the recipe, for the command that is shown.
        defaults: Mapping from the script's flags to their defaults, which a flag had in a run that is older than it.

    Returns:
        Path of its ``README.md``.

    Raises:
        InputError: If a run is not finished, or was trained with other flags than a published one.
    """
    everything = published_seeds(results) | dict(folders)
    _require_one_setting(everything, defaults or {})
    for seed, folder in folders.items():
        _copy(folder, RunFolder(results / f"seed_{seed}"))
    kept = published_seeds(results)
    if min(kept) in folders:
        _copy_pictures(folders[min(kept)].path, kept[min(kept)].path)
    summary = summarise(kept, results)
    curves = write_curves(results / "learning_curves.png", results.name, kept, published)
    page = _page(recipe, results.name, kept, summary, published, curves, _shown(passed_on))
    write_text("\n".join(page) + "\n", results / "README.md")
    return results / "README.md"


def published_seeds(results):
    """The published runs of a recipe, a mapping from seeds to ``RunFolder``s, in the order of the seeds."""
    seeds = sorted(int(path.name.removeprefix("seed_")) for path in results.glob("seed_*") if path.is_dir())
    return {seed: RunFolder(results / f"seed_{seed}") for seed in seeds}


def _require_one_setting(folders, defaults):
    """Refuses means over runs that differ in more than their seed, or were measured on other test images."""
    first = None
    for folder in folders.values():
        config = folder.read_config()
        folder.read_evaluation()
        if "finished" not in config:
            raise InputError(f"{folder.path}: holds a run that is not finished; only finished runs are published")
        flags = {name: value for name, value in (defaults | config["flags"]).items() if name not in OF_THE_SEED}
        first = first or (folder, flags)
        differing = sorted(name for name in flags.keys() | first[1].keys() if flags.get(name) != first[1].get(name))
        measured_on, of_first = (_test_digests(each) for each in (folder, first[0]))
        if measured_on and of_first and measured_on != of_first:
            raise InputError(f"{folder.path}: was measured on other test images than {first[0].path}")
        if differing:
            raise InputError(
                f"{folder.path}: was trained with another {', '.join(differing)} than "
                f"{first[0].path}; train it again, or remove the folder that is out of date"
            )


def _test_digests(folder):
    return folder.read_config().get("data", {}).get("test", {}).get("digests")


def _copy(folder, to):
    """Copies what is small and tells everything; paths of the machine are left out."""
    to.path.mkdir(parents=True, exist_ok=True)
    for source, target in ((folder.metrics, to.metrics), (folder.evaluation, to.evaluation)):
        with atomic_write(target) as temporary:
            shutil.copyfile(source, temporary)
    config = folder.read_config()
    paths = {
        config["flags"][name]: placeholder for name, placeholder in PLACEHOLDERS.items() if config["flags"].get(name)
    }
    write_json(_without(config, paths), to.config)


def _copy_pictures(path, to):
    """Copies the pictures that show how a run ended, in place of those that were published before."""
    for older in to.parent.glob("seed_*/*.png"):
        older.unlink()
    for stems in PICTURES:
        file = next(filter(None, (final_picture(path, kind) for kind in _kinds(stems))), None)
        if file:
            shutil.copyfile(file, to / file.name)


def _kinds(stems):
    return [kind for stem in stems for kind in KINDS if (kind.stem, kind.ending) == (stem, "png")]


def _without(content, paths):
    """``content`` of JSON, in whose strings placeholders stand for ``paths``, and of absolute paths the names alone."""
    if isinstance(content, dict):
        return {name: _without(value, paths) for name, value in content.items()}
    if isinstance(content, list):
        return [_without(value, paths) for value in content]
    if not isinstance(content, str):
        return content
    for path, placeholder in paths.items():
        # Whole words only: a folder may be called data, or mnist.
        content = re.sub(rf"(?<![\w/.-]){re.escape(str(path))}(?![\w.-])", placeholder, content)
    return ABSOLUTE_FOLDER.sub("", content)


def _page(recipe, name, folders, summary, published, curves, flags):
    """Lines of the page that tells what the runs gave."""
    named = "" if name == recipe else f" --name {name}"
    images = f" of {published['images']}" if "images" in published else ""
    if images and "--dataset" not in flags:
        flags += " --data_path DIR"
    yield f"# {name}\n"
    yield "```"
    yield f"python experiment/reproduce.py --recipe {recipe}{named} --seeds {','.join(map(str, folders))}{flags}"
    yield "```\n"
    yield f"On the test images{images}, of the weights after the last epoch; {over_seeds(len(folders))}.\n"
    yield f"| | {_title(published)} |\n|---|---|"
    yield f"| here | {written_metric(summary, published['figure'])} |"
    yield from (f"| {who} | {published[who]} |" for who in ("paper", "elsewhere") if published[who])
    yield ""
    yield from _table_of_seeds(folders, summary, published)
    yield "\nEvery metric:\n\n```"
    yield from describe_repeats(summary)
    yield "```\n"
    yield f"{'; '.join(sorted({_machine(folder.read_config()) for folder in folders.values()}))}.\n"
    yield "In `seed_N/`: the record, with every flag, the commit and digests of the images; the metrics of every epoch"
    yield "and of the test images."
    if curves:
        yield f"\n![error after each epoch]({curves.name})"
    first = folders[min(folders)].path
    for kind in _kinds(itertools.chain(*PICTURES)):
        picture = final_picture(first, kind)
        if picture:
            yield f"\n{kind.alt}, seed {min(folders)}:\n\n![{kind.alt}]({first.name}/{picture.name})"


def _shown(passed_on):
    """The flags of a command that say how a model was trained, each after a space; not where its files lie."""
    shown, words = "", list(passed_on)
    while words:
        flag = words.pop(0)
        if "=" not in flag and words and not words[0].startswith("--"):
            flag += f"={words.pop(0)}"
        if flag.lstrip("-").partition("=")[0].removeprefix("no") not in OF_THE_SEED:
            shown += f" {flag}"
    return shown


def _table_of_seeds(folders, summary, published):
    name = published["figure"]
    timed = errors_timed(folders, name)
    heads = ["seed", _title(published), "epochs", "minutes", *(f"to {error:.0%} in validation" for error in timed)]
    yield f"| {' | '.join([*heads, 'precision', 'commit'])} |"
    yield f"|{'---|' * (len(heads) + 2)}"
    for (seed, folder), value in zip(folders.items(), metric_of(summary, name)[2], strict=True):
        config = folder.read_config()
        finished = config["finished"]
        minutes = [minutes_to(folder.metrics, error) for error in timed]
        cells = [seed, f"{value:.2f}", finished["epochs"], f"{finished['seconds'] / 60:.0f}"]
        cells += ["–" if taken is None else f"{taken:.0f}" for taken in minutes]
        cells += [config["computation"]["precision"], (config["git_commit"] or "–")[:7]]
        yield f"| {' | '.join(map(str, cells))} |"


def _title(published):
    return published["figure"].replace("_", " ")


def _machine(config):
    machine, versions = config["machine"], config["versions"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, Python {versions['python']}, "
        f"TensorFlow {versions['tensorflow']}, Keras {versions['keras']}"
    )
