"""The curves in a run's report: which metrics of its epochs stand in one picture."""

import math

import numpy as np

from ..visualization.epoch_curves import Panel, draw_panel
from ..visualization.report_page import picture
from .epoch_metrics import PARTS, TRAINING, is_held_out, last_epoch
from .measurement import is_share, written

# What the metrics of a game begin with, and what the game is played on.
GAMES = {"": "z", "class_": "y"}
LOSSES = {"discriminator": "discriminator_loss", "generator (the encoder)": "generator_loss"}
ACCURACIES = {"on samples of the prior": "discriminator_accuracy_real", "on codes": "discriminator_accuracy_fake"}
BALANCE = {"2 ln 2": 2 * math.log(2), "ln 2": math.log(2)}


def curve_pictures(metrics):
    """Pictures of all metrics of a run over its epochs, each described for those who do not see it.

    Args:
        metrics: As ``read_epoch_metrics`` gives them.

    Returns:
        List of HTML.
    """
    known = last_epoch(metrics)
    shown = {name: by_part for name, by_part in metrics.items() if name in known}
    return [
        picture(draw_panel(panel), "png", f"Curves over the epochs: {panel.title}", _last_values(panel))
        for panel in panels(shown)
    ]


def panels(metrics):
    """The pictures: of every metric of held-out images, of the two players of each game, of every other loss.

    Args:
        metrics: As ``read_epoch_metrics`` gives them.

    Returns:
        List of ``Panel``.
    """
    held_out = {name: by_part for name, by_part in metrics.items() if is_held_out(by_part)}
    games = [panel for prefix, on in GAMES.items() for panel in _game(metrics, prefix, on)]
    in_games = {f"{prefix}{name}" for prefix in GAMES for name in (*LOSSES.values(), *ACCURACIES.values())}
    others = {name: by_part for name, by_part in metrics.items() if name not in held_out.keys() | in_games}
    first, last = ([_of_one(*metric) for metric in each.items()] for each in (held_out, others))
    return [*first, *games, *last]


def _of_one(name, by_part):
    # All parts, so that each has the same colour in every picture.
    curves = {part: by_part.get(part) for part in PARTS}
    return Panel(name.replace("_", " "), curves, is_share(name))


def _game(metrics, prefix, on):
    """Losses and accuracies of one game, those that are known."""
    losses, accuracies = (
        {
            who: metrics[f"{prefix}{name}"][TRAINING]
            for who, name in names.items()
            if TRAINING in metrics.get(f"{prefix}{name}", {})
        }
        for names in (LOSSES, ACCURACIES)
    )
    if losses:
        yield Panel(f"game on {on}: losses", losses, levels=BALANCE)
    if len(accuracies) == len(ACCURACIES):
        mean = np.mean(list(accuracies.values()), axis=0)
        yield Panel(f"game on {on}: discriminator right", accuracies | {"mean of both": mean}, True, {"50 %": 0.5})


def _last_values(panel):
    curves = {name: values for name, values in panel.curves.items() if values is not None}
    n_epochs = max(map(len, curves.values()))
    # By its name a metric is known to be a count.
    kind = "accuracy" if panel.is_share else panel.title.replace(" ", "_")
    known = {name: values[-1] for name, values in curves.items() if math.isfinite(values[-1])}
    last = ", ".join(f"{name} {written(kind, value).strip()}" for name, value in known.items())
    return f"{panel.title} after epoch {n_epochs}: {last}"
