"""Repeats a training run over several seeds and reports every figure as mean ± standard error (tables 1 to 3).

python experiment/repeat.py --seeds 0-9 --save_path runs/table2 --flagfile=experiment/recipes/table2_mnist_100.cfg

Flags of the training script are passed on to it. Each seed has a folder of its own in --save_path; one that is there
already, trained by the same command, is not trained again. The summary goes to repeated.json.
"""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import command_line
from absl import flags
from command_line import FLAGS, RUN

ONE_THREAD = dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"), "1")


def define_flags():
    """Which seeds, where to, and of what."""
    define_repeat_flags("0-9")
    flags.DEFINE_string("save_path", None, "Folder of the repeated runs.", required=True, module_name=RUN)
    flags.DEFINE_enum(
        "script", "aae_mnist.py", ["aae_mnist.py", "vae_mnist.py"], "The training script.", module_name=RUN
    )


def define_repeat_flags(seeds):
    """Which seeds, ``seeds`` by default, and how many at a time."""
    flags.DEFINE_string("seeds", seeds, "Seeds: a range such as 0-9, or a list such as 0,3,7.", module_name=RUN)
    flags.DEFINE_integer(
        "jobs",
        1,
        "Runs at a time. With more than 1 each has one thread, which uses the cores better than all threads for one "
        "run, and tells of its progress in a file beside its folder.",
        lower_bound=1,
        module_name=RUN,
    )
    flags.register_validator(
        "seeds",
        lambda given: given is None or _are_seeds(given),
        "expected a range such as 0-9, or a list such as 0,3,7",
    )


def main(passed_on):
    """Trains what is not there yet, and summarises."""
    from aae.errors import InputError
    from aae.training.repeats import describe_repeats

    if not passed_on:
        raise InputError("no training to repeat: give the flags of one, such as --flagfile=RECIPE or --train")
    folders, summary = repeat(parsed(FLAGS.seeds), Path(FLAGS.save_path), FLAGS.script, passed_on)
    print(f"\nMean ± standard error over {len(folders)} seeds, on test images:")
    for line in describe_repeats(summary):
        print(line)


def repeat(seeds, root, script, passed_on):
    """Trains one run for each seed, those that are there already excepted, --jobs at a time.

    Args:
        seeds: Sequence of ints.
        root: Path of the folder of all runs.
        script: Name of the training script.
        passed_on: Its flags, a list of strings.

    Returns:
        Dictionary from seeds to ``RunFolder``s, and the summary of ``training.repeats.summarise``.

    Raises:
        InputError: If a run fails.
    """
    from aae.training.repeats import summarise
    from aae.training.run_folder import RunFolder

    folders = {seed: RunFolder(root / f"seed_{seed}") for seed in seeds}
    failed = threading.Event()

    def train(seed):
        if failed.is_set():
            return
        try:
            _train(seed, folders[seed], script, passed_on)
        except BaseException:
            # Before this thread takes the next seed: after a failure, or Ctrl-C, none begins.
            failed.set()
            raise

    with ThreadPoolExecutor(FLAGS.jobs) as pool:
        # As a list, so that the first failure is raised once all that had begun have ended.
        list(pool.map(train, folders))
    return folders, summarise(folders, root)


def _train(seed, folder, script, passed_on):
    """Trains one run, unless it is there already."""
    from aae.errors import RunError

    arguments = [*passed_on, f"--seed={seed}", f"--save_path={folder.path}", "--resume"]
    recorded = folder.read_config()
    same = recorded.get("command", "").split()[2:] == " ".join(arguments).split()
    if same and "finished" in recorded and folder.evaluation.exists():
        print(f"seed {seed}: there already, in {folder.path}")
        return
    log = folder.path.with_suffix(".log")
    # In one piece, because several threads print.
    print(f"seed {seed}:" + (f" see {log}" if FLAGS.jobs > 1 else "") + "\n", end="", flush=True)
    command = [sys.executable, Path(__file__).with_name(script), *arguments]
    if FLAGS.jobs > 1:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as file:
            status = subprocess.run(
                command, check=False, stdout=file, stderr=subprocess.STDOUT, env=os.environ | ONE_THREAD
            ).returncode
    else:
        status = subprocess.run(command, check=False).returncode
    if status > 128:
        sys.exit(status)
    if status:
        says_why = f"{log} says why" if FLAGS.jobs > 1 else f"{script} says why above"
        raise RunError(f"seed {seed} ended with exit status {status}: {says_why}")


def parsed(seeds):
    """The seeds that a range or a list names."""
    first, dash, last = seeds.partition("-")
    return list(range(int(first), int(last) + 1)) if dash else [int(seed) for seed in seeds.split(",")]


def _are_seeds(seeds):
    try:
        numbers = parsed(seeds)
    except ValueError:
        return False
    return bool(numbers) and min(numbers) >= 0 and len(set(numbers)) == len(numbers)


if __name__ == "__main__":
    define_flags()
    command_line.run(main, pass_on=True)
