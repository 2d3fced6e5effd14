"""What a run says at its end: tables on a terminal, plain lines in a pipe or a file."""

import sys

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..training.epoch_metrics import last_epoch, parts_of
from ..training.measurement import describe, described, written

# In letters: what a column of numbers takes, and what must be left for the names beside them.
NUMBER, NAME = 11, 16


def show_trained(name, epochs, places, metrics):
    """Says what was trained, where everything is that it left, and the losses and metrics of its last epoch.

    Args:
        name: Name of the model.
        epochs: Epochs it was trained.
        places: Mapping from what there is to where it is, texts; written as they are, in lines that nothing breaks.
        metrics: Of every epoch, as ``read_epoch_metrics`` gives them.
    """
    print(f"\nTrained {name}, epochs: {epochs}")
    for what, where in places.items():
        print(f"  {what:<12} {where}")
    last = last_epoch(metrics)
    parts = parts_of(last)
    rows = [
        (metric.replace("_", " "), *(written(metric, by_part[part]) if part in by_part else "" for part in parts))
        for metric, by_part in last.items()
    ]
    if rows:
        _show("Last epoch", parts, rows, _lines(parts, rows))


def show_metrics(metrics, split):
    """Says what was measured on the test images, a ``Split``, and what each metric means."""
    members = split.members
    rows = [(meaning, value) for _, value, meaning in described(metrics, members)]
    _show(f"On {len(split):,} test {members}", ["value"], rows, describe(metrics, members))


def _show(title, columns, rows, lines):
    """Prints a table under its title, as ``lines`` where it is not for a terminal or does not fit into it."""
    if sys.stdout.isatty():
        console = Console(file=sys.stdout, highlight=False)
        if console.width >= NAME + NUMBER * len(columns):
            console.print()
            console.print(_table(title, columns, rows))
            return
    print(f"\n{title}:", *lines, sep="\n")


def _lines(columns, rows):
    width = max(len(name) for name, *_ in rows)
    for name, *cells in [("", *(f"{column} " for column in columns)), *rows]:
        yield f"  {name:<{width}}{''.join(f'{cell:>{NUMBER}}' for cell in cells)}".rstrip()


def _table(title, columns, rows):
    """A table of names and right-aligned numbers, written as they are: in a ``Text``, brackets are no markup."""
    table = Table(title=Text(title, style="bold"), title_justify="left", box=box.ROUNDED)
    table.add_column("", overflow="fold")
    for column in columns:
        table.add_column(Text(column), justify="right", no_wrap=True)
    for name, *values in rows:
        # A space at the end stands for a missing per cent sign and keeps the digits in line.
        table.add_row(Text(name), *(Text(value.lstrip()) for value in values))
    return table
