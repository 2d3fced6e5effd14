"""A training script run once for each of several seeds, in processes of their own."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from ..errors import InputError, RunError
from . import aae_mnist, vae_mnist
from .flag_group import RUN, FlagGroup
from .given import OF_THE_COMMAND, default_flags, given, recorded_flags
from .script import Ended, Refused, parsed

TRAINING_SCRIPTS = {"aae_mnist.py": aae_mnist.SCRIPT, "vae_mnist.py": vae_mnist.SCRIPT}
ONE_THREAD = dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"), "1")


def define_repeat_flags(values, seeds):
    """Which seeds, ``seeds`` by default, and how many at a time."""
    group = FlagGroup(values, RUN)
    group.text("seeds", seeds, "Seeds: a range such as 0-9, or a list such as 0,3,7.")
    group.integer(
        "jobs",
        1,
        "Runs at a time. With more than 1 each has one thread, which uses the cores better than all threads for one "
        "run, and tells of its progress in a file beside its folder.",
        lower_bound=1,
    )
    group.check(
        "seeds",
        lambda given: given is None or _are_seeds(given),
        "expected a range such as 0-9, or a list such as 0,3,7",
    )


def repeat(seeds, root, script, passed_on, jobs):
    """Trains one run for each seed, those that are there already excepted.

    Args:
        seeds: Sequence of ints.
        root: Path of the folder of all runs.
        script: A key of ``TRAINING_SCRIPTS``.
        passed_on: Its flags, a list of strings.
        jobs: Runs at a time; with more than 1 each has one thread and a log beside its folder.

    Returns:
        Dictionary from seeds to ``RunFolder``s, and the summary of ``training.repeats.summarise``.

    Raises:
        RunError: If a run fails.
        Ended: If a signal ended one.
    """
    from ..training.hyperparameters import write_comparison
    from ..training.repeats import summarise
    from ..training.run_folder import RunFolder

    folders = {seed: RunFolder(root / f"seed_{seed}") for seed in seeds}
    failed = threading.Event()

    def train(seed):
        if failed.is_set():
            return
        try:
            _train(seed, folders[seed], script, passed_on, has_log=jobs > 1)
        except BaseException:
            # Before this thread takes the next seed: after a failure, or Ctrl-C, none begins.
            failed.set()
            raise

    with ThreadPoolExecutor(jobs) as pool:
        # As a list, so that the first failure is raised once all that had begun have ended.
        list(pool.map(train, folders))
    summary = summarise(folders, root)
    values, _ = parsed(TRAINING_SCRIPTS[script], passed_on)
    write_comparison(root, folders.values(), given(values, recorded_flags(values)))
    return folders, summary


def _train(seed, folder, script, passed_on, has_log):
    """Trains one run, unless it is there already."""
    arguments = [*passed_on, f"--seed={seed}", f"--save_path={folder.path}", "--resume"]
    if _is_there(folder, script, arguments):
        print(f"seed {seed}: there already, in {folder.path}")
        return
    log = folder.path.with_suffix(".log")
    # In one piece, because several threads print.
    print(f"seed {seed}:" + (f" see {log}" if has_log else "") + "\n", end="", flush=True)
    command = [sys.executable, "-m", f"{__package__}.{TRAINING_SCRIPTS[script].name}", *arguments]
    if has_log:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as file:
            status = subprocess.run(
                command, check=False, stdout=file, stderr=subprocess.STDOUT, env=os.environ | ONE_THREAD
            ).returncode
    else:
        status = subprocess.run(command, check=False).returncode
    if status > 128:
        raise Ended(status)
    if status:
        says_why = f"{log} says why" if has_log else f"{script} says why above"
        raise RunError(f"seed {seed} ended with exit status {status}: {says_why}")


def _is_there(folder, script, arguments):
    """Whether a run has ended in ``folder`` and its record has the flags that ``arguments`` give."""
    recorded = folder.read_config()
    if "finished" not in recorded or not folder.evaluation.exists():
        return False
    try:
        values, _ = parsed(TRAINING_SCRIPTS[script], arguments)
    except (InputError, Refused):
        # The script itself says what is wrong with them.
        return False
    asked = {name: value for name, value in recorded_flags(values).items() if name not in OF_THE_COMMAND}
    had = default_flags(values) | recorded.get("flags", {})
    return all(_is_same(name, had[name], value) for name, value in asked.items())


def _is_same(name, first, second):
    """Whether two values of a flag are equal; of ``data_path``, whether both lead to one folder from here."""
    if name == "data_path" and first and second:
        first, second = map(os.path.realpath, (first, second))
    return first == second


def defaults_of(script, passed_on):
    """What a run had for flags that are younger than it: a mapping from all that runs record to their defaults.

    Args:
        script: A key of ``TRAINING_SCRIPTS``.
        passed_on: Its flags, a list of strings.
    """
    values, _ = parsed(TRAINING_SCRIPTS[script], passed_on)
    return default_flags(values)


def parsed_seeds(seeds):
    """The seeds that a range or a list names."""
    first, dash, last = seeds.partition("-")
    return list(range(int(first), int(last) + 1)) if dash else [int(seed) for seed in seeds.split(",")]


def _are_seeds(seeds):
    try:
        numbers = parsed_seeds(seeds)
    except ValueError:
        return False
    return bool(numbers) and min(numbers) >= 0 and len(set(numbers)) == len(numbers)
