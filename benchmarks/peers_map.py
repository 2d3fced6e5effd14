"""docs/peers.md again: the tools that a user would otherwise take, and this package's, on the same data.

python benchmarks/peers_map.py --peers .venv-peers/bin/python --data_path FOLDER
python benchmarks/peers_map.py --report_only

What has finished stands in OUT/results.jsonl, or was published in DOCS/peers.json, and is not run again, so that it can
be stopped at any time; --anew begins afresh.
"""

import concurrent.futures
import sys
from pathlib import Path

from aae.data import load_split
from absl import app, flags
from peers_report import publish
from peers_runs import Results, all_jobs, name_of, run, save_draws

FLAGS = flags.FLAGS

flags.DEFINE_string("peers", ".venv-peers/bin/python", "Python of the environment of benchmarks/peers.")
flags.DEFINE_string("out", "runs/peers", "Folder for results.")
flags.DEFINE_string("docs", "docs", "Folder of peers.md, peers.json and peers.png.")
flags.DEFINE_string("data_path", None, "Folder with MNIST's IDX files; otherwise as the scripts.")
flags.DEFINE_integer("jobs", 1, "Contestants at a time.", lower_bound=1)
flags.DEFINE_bool("anew", False, "Run all again, also what has finished.")
flags.DEFINE_bool("report_only", False, "Run nothing: write the page on the results there are.")


def main(argv):
    """Runs what is left and writes the page."""
    del argv
    folder, docs = Path(FLAGS.out), Path(FLAGS.docs)
    if FLAGS.anew:
        (folder / "results.jsonl").unlink(missing_ok=True)
    results = Results(folder / "results.jsonl", None if FLAGS.anew else docs / "peers.json")
    if not FLAGS.report_only:
        save_draws(*(load_split(split, FLAGS.data_path) for split in ("train", "test")), folder)
        with concurrent.futures.ThreadPoolExecutor(FLAGS.jobs) as pool:
            started = [pool.submit(run, job, results, sys.executable, FLAGS.peers, folder) for job in all_jobs()]
            for future in started:
                future.result()
    left = [job for job in all_jobs() if name_of(job) not in results]
    if results.lines:
        publish(results.lines, docs)
    if left:
        sys.exit(f"{len(left)} runs have not finished: the same command runs them again")


if __name__ == "__main__":
    app.run(main)
