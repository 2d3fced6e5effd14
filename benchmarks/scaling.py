"""From one worker to two on this machine, each on a core of its own with one thread.

python benchmarks/scaling.py

One worker and two take turns, with the same rows a worker. Prints a line of JSON for each number of rows: milliseconds
of a step, and the efficiency, the images a second of two over twice those of one.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
from pathlib import Path

ROWS = 32, 128, 512, 2048
ROUNDS = 5
STEPS = 10
WORKER = Path(__file__).with_name("scaling_worker.py")


def milliseconds(n_workers, rows):
    """Median milliseconds of a step that ``n_workers`` make together, ``rows`` images each."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n_workers)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    workers = []
    for index in range(n_workers):
        task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        command = ["taskset", "-c", str(index), sys.executable, WORKER, str(rows), str(STEPS)]
        environment = os.environ | {"TF_CONFIG": json.dumps(task)}
        workers.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
    times = [json.loads(worker.communicate()[0].splitlines()[-1]) for worker in workers]
    return statistics.median(times[0])


def main():
    """Prints a line for each number of rows."""
    for rows in ROWS:
        rounds = [(milliseconds(1, rows), milliseconds(2, rows)) for _ in range(ROUNDS)]
        one, two = (statistics.median(times) for times in zip(*rounds, strict=True))
        efficiency = statistics.median(alone / together for alone, together in rounds)
        print(json.dumps({"rows": rows, "one": one, "two": two, "efficiency": efficiency}), flush=True)


if __name__ == "__main__":
    main()
