"""Contestants that say how long they took, so that turns, medians and exponents can be worked out by hand."""

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
# Answers every line with the next of its numbers, and writes down that it was its turn.
CONTESTANT = """
import sys
name, log, *answers = sys.argv[1:]
print("ready", flush=True)
for answer in [answers[0], *answers]:
    print(sys.stdin.readline().strip(), name, file=open(log, "a"))
    print(answer, flush=True)
"""


@pytest.fixture
def benchmark_modules(monkeypatch):
    """``race`` and ``report`` of the benchmarks."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import race
    import report

    return race, report


@pytest.fixture
def contestant(benchmark_modules, tmp_path):
    """A function that makes a contestant of given answers."""

    def make(name, *answers):
        command = [sys.executable, "-c", CONTESTANT, name, str(tmp_path / "turns"), *map(str, answers)]
        return benchmark_modules[0].Contestant(name, command)

    return make


def test_contestants_take_turns_and_are_restarted(benchmark_modules, contestant, tmp_path):
    race, _ = benchmark_modules
    stopped = []
    times = race.race(
        [contestant("a", 10, 20, 30), contestant("b", 1, 2, 3)],
        rounds=3,
        starts=2,
        at_the_end=lambda each: stopped.append(each.name),
    )
    assert times == {"a": [10, 20, 30] * 2, "b": [1, 2, 3] * 2}
    assert stopped == ["a", "b"] * 2
    # A turn lasts a second: three steps to learn how long one takes, then a hundred of 10 ms, a thousand of 1 ms.
    turns = ["3 a", "3 b", *["100 a", "1000 b"] * 3] * 2
    assert (tmp_path / "turns").read_text().splitlines() == turns


def test_a_ratio_is_the_median_of_those_of_the_rounds(benchmark_modules):
    race, _ = benchmark_modules
    # 2, 10 and 3 times as long; the ratio of the medians would be 4.
    assert race.ratio({"slow": [2, 40, 12], "fast": [1, 4, 4]}, "slow", "fast") == 3


def test_an_exponent_is_that_of_a_power(benchmark_modules):
    _, report = benchmark_modules
    assert report.exponent([1, 10, 100, 1000], [7 * n**1.5 for n in (1, 10, 100, 1000)]) == pytest.approx(1.5)


def test_the_report_tells_pytorch_as_written_from_pytorch_arranged_as_here(benchmark_modules, tmp_path):
    _, report = benchmark_modules
    times = {f"aae {way}": [10, 10] for way in ("float32", "bfloat16", "bfloat16 joint")}
    times |= {f"aae {precision} deterministic": [12, 11] for precision in ("float32", "bfloat16")}
    times |= {f"roofline {way}": [9, 9] for way in ("float32", "bfloat16", "bfloat16 joint")}
    times |= {f"PyTorch fused {precision}": [30, 30] for precision in ("float32", "bfloat16")}
    times |= {f"PyTorch fused compile {precision}": [20, 20] for precision in ("float32", "bfloat16")}
    times |= {f"PyTorch fused shared {precision}": [15, 15] for precision in ("float32", "bfloat16")}
    times |= {"pythae joint float32": [35, 35]}
    lines = report._steps(times, tmp_path)
    assert "- bfloat16: 2.00 × as fast as PyTorch fused compile bfloat16" in lines
    assert "- bfloat16: 1.50 × as fast as PyTorch fused shared bfloat16" in lines
    assert "- float32: 1.15 × the time under --deterministic" in lines
    assert "- bfloat16 joint: 90% of the roofline" in lines
    assert "- bfloat16 joint: 3.50 × as fast as pythae" in lines
