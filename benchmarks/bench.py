"""Everything that docs/PERFORMANCE.md says, measured again: JSON, a report in Markdown and a plot.

python benchmarks/bench.py --peers .venv-peers/bin/python --out runs/bench
python benchmarks/bench.py --parts growth
"""

import json
import subprocess
import sys
from pathlib import Path

import growth
from absl import app, flags
from race import Contestant, race
from report import report

from models import EXTRAS, KINDS

HERE = Path(__file__).parent
FLAGS = flags.FLAGS
OURS = (
    *("float32", "float32 xla", "float32 deterministic", "bfloat16", "bfloat16 deterministic"),
    *("float32 joint", "float32 joint xla", "bfloat16 joint"),
)
TORCH = ("", "fused", "fused compile", "fused shared", "fused compile shared")
FIT_ROUNDS = 5
# The joint step of the semi-supervised model, and what is added to it.
BASE = "semisupervised bfloat16 joint"
ADDED = ("", *EXTRAS, " ".join(EXTRAS))
ROOFS = ("float32", "bfloat16", "bfloat16 joint")

flags.DEFINE_string("peers", None, "Python of an environment with benchmarks/peers/requirements.txt; none without.")
flags.DEFINE_string("out", "runs/bench", "Folder to write to.")
flags.DEFINE_integer("starts", 3, "How often each contestant is restarted.", lower_bound=1)
flags.DEFINE_integer("rounds", 5, "Turns of each contestant after every start.", lower_bound=5)
flags.DEFINE_list("parts", ["steps", "kinds", "extras", "growth", "fit", "startup"], "What to measure.")
flags.DEFINE_string("data_path", None, "Folder with MNIST's IDX files, for start-up times; otherwise as the scripts.")


def ours(words):
    """A step of this package."""
    return Contestant(f"aae {words}", [sys.executable, HERE / "aae_step.py", "aae", *words.split()])


def torch(words):
    """A step of PyTorch."""
    name = " ".join(["PyTorch", words or "eager", "" if "bfloat16" in words else "float32"]).strip()
    return Contestant(name, [FLAGS.peers, HERE / "peers/torch_step.py", *words.split()])


def steps():
    """Milliseconds of a step of the AAE, here, elsewhere, and at the least."""
    contestants = [ours(words) for words in OURS]
    contestants += [
        Contestant(f"roofline {words}", [sys.executable, HERE / "roofline_step.py", *words.split()]) for words in ROOFS
    ]
    if FLAGS.peers:
        contestants += [torch(words) for words in TORCH]
        contestants += [torch(f"{words} bfloat16".strip()) for words in TORCH]
        contestants.append(Contestant("pythae joint float32", [FLAGS.peers, HERE / "peers/pythae_step.py"]))
    return race(contestants, FLAGS.rounds, FLAGS.starts)


def kinds():
    """Milliseconds of a step of every kind of model."""
    contestants = [
        Contestant(f"{kind} {precision}", [sys.executable, HERE / "aae_step.py", kind, precision])
        for precision in ("float32", "bfloat16")
        for kind in KINDS
    ]
    return race(contestants, FLAGS.rounds, FLAGS.starts)


def extras():
    """Milliseconds of a step with what few labels need added; without it first."""
    contestants = [
        Contestant(f"{BASE} {added}".strip(), [sys.executable, HERE / "aae_step.py", *BASE.split(), *added.split()])
        for added in ADDED
    ]
    return race(contestants, FLAGS.rounds, FLAGS.starts)


def grown():
    """The points of every axis, each measured in a process of its own."""
    return [_printed("growth.py", axis, str(value)) for axis, values in growth.AXES.items() for value in values]


def fit():
    """What a run loses against the bare step, once for every round."""
    return [_printed("fit.py") for _ in range(FIT_ROUNDS)]


def startup():
    """Seconds of the short commands."""
    return _printed("startup.py", *([f"--data_path={FLAGS.data_path}"] if FLAGS.data_path else []))


def _printed(script, *arguments):
    result = subprocess.run([sys.executable, HERE / script, *arguments], capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{script} {' '.join(arguments)} failed:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def main(argv):
    """Measures each part and writes it as soon as it is there; then the report of all that are there."""
    out = Path(FLAGS.out)
    out.mkdir(parents=True, exist_ok=True)
    measure = {"steps": steps, "kinds": kinds, "extras": extras, "growth": grown, "fit": fit, "startup": startup}
    for part in FLAGS.parts:
        print(f"measuring {part}", flush=True)
        (out / f"{part}.json").write_text(json.dumps(measure[part]()) + "\n")
    print(report(out))


if __name__ == "__main__":
    app.run(main)
