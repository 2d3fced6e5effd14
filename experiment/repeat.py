"""Repeats a training run over several seeds and reports every figure as mean ± standard error (tables 1 to 3).

python experiment/repeat.py --seeds 0-9 --save_path runs/table2 --flagfile=experiment/recipes/table2_mnist_100.cfg

Flags of the training script are passed on to it. Each seed has a folder of its own in --save_path; one that is there
already, trained by the same command, is not trained again. The summary goes to repeated.json.
"""

import subprocess
import sys
from pathlib import Path

import command_line
from absl import flags
from command_line import FLAGS, RUN


def define_flags():
    """Which seeds, where to, and of what."""
    flags.DEFINE_string("seeds", "0-9", "Seeds: a range such as 0-9, or a list such as 0,3,7.", module_name=RUN)
    flags.DEFINE_string("save_path", None, "Folder of the repeated runs.", required=True, module_name=RUN)
    flags.DEFINE_enum(
        "script", "aae_mnist.py", ["aae_mnist.py", "vae_mnist.py"], "The training script.", module_name=RUN
    )
    flags.register_validator("seeds", _are_seeds, "expected a range such as 0-9, or a list such as 0,3,7")


def main(passed_on):
    """Trains what is not there yet, and summarises."""
    from aae.errors import InputError
    from aae.training.repeats import describe_repeats, summarise
    from aae.training.run_folder import RunFolder

    if not passed_on:
        raise InputError("no training to repeat: give the flags of one, such as --flagfile=RECIPE or --train")
    root = Path(FLAGS.save_path)
    folders = {seed: RunFolder(root / f"seed_{seed}") for seed in _parsed(FLAGS.seeds)}
    script = Path(__file__).with_name(FLAGS.script)
    for seed, folder in folders.items():
        arguments = [*passed_on, f"--seed={seed}", f"--save_path={folder.path}", "--resume"]
        recorded = folder.read_config()
        same = recorded.get("command", "").split()[2:] == " ".join(arguments).split()
        if same and "finished" in recorded and folder.evaluation.exists():
            print(f"seed {seed}: there already, in {folder.path}")
            continue
        print(f"seed {seed}:", flush=True)
        status = subprocess.run([sys.executable, script, *arguments], check=False).returncode
        if status > 128:
            sys.exit(status)
        if status:
            raise InputError(f"seed {seed} ended with exit status {status}: {script.name} says why above")
    summary = summarise(folders, root)
    print(f"\nMean ± standard error over {len(folders)} seeds, on test images:")
    for line in describe_repeats(summary):
        print(line)


def _parsed(seeds):
    """The seeds that a range or a list names."""
    first, dash, last = seeds.partition("-")
    return list(range(int(first), int(last) + 1)) if dash else [int(seed) for seed in seeds.split(",")]


def _are_seeds(seeds):
    try:
        parsed = _parsed(seeds)
    except ValueError:
        return False
    return bool(parsed) and min(parsed) >= 0 and len(set(parsed)) == len(parsed)


if __name__ == "__main__":
    define_flags()
    command_line.run(main, pass_on=True)
