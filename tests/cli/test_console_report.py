"""What a run says at its end, on a terminal and elsewhere."""

import io
import re

import numpy as np
import pytest
from aae.cli.console_report import show_metrics, show_trained
from aae.data.splits import Split

NAME = "[red]x[/red] :smile:"
PLACES = {"report": f"runs/{NAME}/{'long ' * 30}report.html"}
METRICS = {
    "discriminator_loss": {"training": [1.5, 1.25]},
    "accuracy": {"training": [0.1, 0.5], "valid": [0.3, 0.7], "test": [0.4, 0.875]},
}
FOUND = {"accuracy": 0.97104, "reconstruction_loss": 26.61}
IMAGES = Split("test", np.zeros((1500, 1, 1, 1), np.uint8), np.zeros(1500, np.int32), "images")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def said(monkeypatch):
    """A function that gives what a call prints on a stream, without the spaces at the ends of lines."""

    def said(stream, show, *arguments, columns=90, **environment):
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"COLUMNS": str(columns), "TERM": "xterm-256color", **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.stdout", stream)
        show(*arguments)
        return [line.rstrip() for line in stream.getvalue().splitlines()]

    return said


def test_elsewhere_it_says_plain_lines(said):
    lines = said(io.StringIO(), show_trained, NAME, 2, PLACES, METRICS, FORCE_COLOR="1")
    assert lines == [
        "",
        f"Trained {NAME}, epochs: 2",
        f"  report       {PLACES['report']}",
        "",
        "Last epoch:",
        "                      training      valid       test",
        "  accuracy               50.00%     70.00%     87.50%",
        "  discriminator loss     1.250",
    ]
    lines = said(io.StringIO(), show_metrics, FOUND, IMAGES)
    assert lines == [
        "",
        "On 1,500 test images:",
        "    26.610    reconstruction error of the mean codes",
        "     97.10%   accuracy",
    ]


def test_on_a_terminal_it_draws_a_table_of_every_part(said):
    lines = said(Terminal(), show_trained, "aae", 2, PLACES, METRICS, NO_COLOR="1")
    cells = [re.sub(r"\x1b\[\d+m", "", line).split("│")[1:-1] for line in lines if "│" in line]
    assert [[cell.strip() for cell in row] for row in cells] == [
        ["", "training", "valid", "test"],
        ["accuracy", "50.00%", "70.00%", "87.50%"],
        ["discriminator loss", "1.250", "", ""],
    ]


def test_names_are_written_as_they_are_and_paths_in_one_line(said):
    lines = said(Terminal(), show_trained, NAME, 2, PLACES, METRICS)
    assert f"Trained {NAME}, epochs: 2" in lines
    assert f"  report       {PLACES['report']}" in lines
    assert f"│ {NAME} " in "\n".join(said(Terminal(), show_trained, "aae", 2, {}, {NAME: METRICS["accuracy"]}))


def test_where_colours_are_unwanted_there_are_none(said):
    lines = said(Terminal(), show_metrics, FOUND, IMAGES, NO_COLOR="1")
    assert not any("\x1b[3" in line or "\x1b[9" in line for line in lines)


def test_where_a_table_does_not_fit_there_are_lines(said):
    assert said(Terminal(), show_trained, "aae", 2, PLACES, METRICS, columns=40) == said(
        io.StringIO(), show_trained, "aae", 2, PLACES, METRICS
    )


def test_without_metrics_it_says_the_rest(said):
    assert said(Terminal(), show_trained, "aae", 2, {"model": "m"}, {}) == [
        "",
        "Trained aae, epochs: 2",
        "  model        m",
    ]
