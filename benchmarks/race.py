"""Contestants side by side: each in a process of its own, in turns, round after round, so that noise hits all alike."""

import contextlib
import statistics
import subprocess
from dataclasses import dataclass

SECONDS_A_TURN = 1.0


@dataclass
class Contestant:
    """A process that answers like ``worker.serve``.

    Attributes:
        name: What the table calls it.
        command: How it is started, a list.
    """

    name: str
    command: list

    def start(self):
        """Starts it and waits until it is warm."""
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{self.name} did not start: run {' '.join(map(str, self.command))} to see why")

    def time(self, repeats):
        """Milliseconds of one of ``repeats`` steps."""
        self.process.stdin.write(f"{repeats}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def stop(self):
        """Ends the process."""
        self.process.stdin.close()
        self.process.wait()


def race(contestants, rounds, starts=1, at_the_end=lambda contestant: None):
    """Lets contestants take turns.

    Args:
        contestants: ``Contestant``s.
        rounds: Turns of each after every start; with ``starts``, at least 5 in all for a median to quote.
        starts: How often all are restarted. One process of the same program runs up to a tenth faster than the next,
            for as long as it lives: its memory lies elsewhere.
        at_the_end: Called with each contestant before it is stopped.

    Returns:
        Mapping from names to the milliseconds of a step in each round.
    """
    times = {contestant.name: [] for contestant in contestants}
    for _ in range(starts):
        with contextlib.ExitStack() as stack:
            repeats = {}
            for contestant in contestants:
                contestant.start()
                stack.callback(contestant.stop)
                repeats[contestant.name] = max(1, round(1000 * SECONDS_A_TURN / contestant.time(3)))
            for _ in range(rounds):
                for contestant in contestants:
                    times[contestant.name].append(contestant.time(repeats[contestant.name]))
            for contestant in contestants:
                at_the_end(contestant)
    return times


def ratio(times, slower, faster):
    """Median over the rounds of how many times as long ``slower`` took as ``faster`` in the same round."""
    return statistics.median(a / b for a, b in zip(times[slower], times[faster], strict=True))


def table(times):
    """Lines of a Markdown table: median, least and greatest milliseconds of each contestant."""
    rows = [
        f"| {name} | {statistics.median(measured):.1f} | {min(measured):.1f} | {max(measured):.1f} |"
        for name, measured in times.items()
    ]
    return ["| | median, ms | min | max |", "|---|---|---|---|", *rows]
