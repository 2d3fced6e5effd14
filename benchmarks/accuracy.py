"""Whether a faster way of training costs accuracy: three seeds of each, on validation images.

python benchmarks/accuracy.py runs/accuracy --data_path FOLDER

Trains two models with the scripts, 20 epochs each: figure 1's (two codes, Gaussian) and the semi-supervised one (1,280
labels). A run that another process has begun is left to it, so that the same command given twice shares the work, and
one given again is resumed. Then prints a table: mean and standard deviation of each metric over the seeds.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from aae.data import hold_out, load_split
from aae.evaluation.metrics import measure
from aae.training.run_folder import RunFolder

SCRIPT = Path(__file__).parents[1] / "experiment" / "aae_mnist.py"
SEEDS = 0, 1, 2
N_VALID = 10_000
IN_TURN = {"precision": "float32", "jit": "off", "update": "alternating"}
WAYS = {
    "float32, in turn": IN_TURN,
    "XLA": IN_TURN | {"jit": "on"},
    "bfloat16": IN_TURN | {"precision": "bfloat16"},
    # One optimiser moves the autoencoder by both losses, so that their weights count: 10 was the best of 3, 6, 10 and
    # 30 on validation images (one seed, 8 epochs).
    "joint": IN_TURN | {"update": "joint", "genw": 10},
}
MODELS = {
    "aae": (["--train", "--ncode=2"], ("reconstruction_loss", "prior_fit")),
    "semisupervised": (["--train_semisupervised", "--ncode=10", "--nlabel=1280"], ("accuracy",)),
}


def run(folder, model, way, seed, data):
    """Trains one model in one way and leaves its metrics on validation images in ``folder``."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    flags = [f"--{name}={value}" for name, value in WAYS[way].items()]
    flags += [f"--seed={seed}", "--maxepoch=20", "--plot_every=20", f"--nvalid={N_VALID}", f"--save_path={folder}/run"]
    subprocess.run([sys.executable, SCRIPT, *MODELS[model][0], *flags, *data], check=True, stdout=subprocess.DEVNULL)
    path = data[0].removeprefix("--data_path=") if data else None
    valid = hold_out(load_split("train", path), N_VALID, seed)[1]
    metrics = measure(RunFolder(folder / "run").load()[0], valid)
    (folder / "figures.json").write_text(json.dumps(metrics))


def table(root):
    """Lines of a Markdown table of what is there."""
    lines = ["| metric on validation images | way | seeds | mean | spread |", "|---|---|---|---|---|"]
    for model, (_, names) in MODELS.items():
        for name in names:
            for way in WAYS:
                paths = [root / model / way / str(seed) / "figures.json" for seed in SEEDS]
                values = [json.loads(path.read_text())[name] for path in paths if path.exists()]
                if values:
                    mean, spread = np.mean(values), np.std(values, ddof=1) if len(values) > 1 else float("nan")
                    lines.append(f"| {model}, {name} | {way} | {len(values)} | {mean:.4g} | {spread:.2g} |")
    return lines


def main(root, *data):
    """Trains what nobody has begun, and prints the table."""
    for seed in SEEDS:
        for model in MODELS:
            for way in WAYS:
                run(Path(root) / model / way / str(seed), model, way, seed, data)
    print("\n".join(table(Path(root))))


if __name__ == "__main__":
    main(*sys.argv[1:])
