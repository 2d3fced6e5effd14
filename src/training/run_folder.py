"""The folder a run leaves: its record, metrics, checkpoints, log and pictures."""

import json
import os
import re
import time
from pathlib import Path

from ..errors import InputError
from ..models import load_model

EARLIER = "earlier"
OWN_FILES = (
    "config.json",
    "metrics.csv",
    "evaluation.json",
    "model.keras",
    "reader.keras",
    "checkpoints",
    "tensorboard",
    "*.png",
    "latent.gif",
)


class RunFolder:
    """A run's folder and what is found in it.

    Args:
        path: The folder; it need not exist yet.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.config = self.path / "config.json"
        self.metrics = self.path / "metrics.csv"
        self.tensorboard = self.path / "tensorboard"
        self.checkpoints = self.path / "checkpoints"
        self.model = self.path / "model.keras"
        self.reader = self.path / "reader.keras"
        self.evaluation = self.path / "evaluation.json"

    @classmethod
    def newest(cls, root, experiment):
        """The newest run of an experiment among the folders in ``root``.

        Args:
            root: Folder of run folders.
            experiment: Settings that its record must agree with, as in ``require_experiment``.

        Raises:
            InputError: If there is none with a checkpoint.
        """
        records = sorted(Path(root).glob("*/config.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for record in records:
            folder = cls(record.parent)
            if folder.saved_epochs() and not folder._differences(experiment):
                return folder
        raise InputError(f"{root}: holds no trained run of {_describe(experiment)}; train one, or give --save_path")

    def read_config(self):
        """The run's record, a dictionary; empty where there is none.

        Raises:
            InputError: If it cannot be read.
        """
        try:
            return json.loads(self.config.read_text())
        except FileNotFoundError:
            return {}
        except NotADirectoryError:
            raise InputError(f"{self.path}: not a folder; give another --save_path") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{self.config}: cannot be read: {error}") from None

    def write_config(self, config):
        """Writes the run's record, whole or not at all."""
        write_json(config, self.config)

    def read_evaluation(self):
        """The figures that ``write_evaluation`` wrote.

        Raises:
            InputError: If they cannot be read.
        """
        try:
            return json.loads(self.evaluation.read_text())
        except (OSError, ValueError) as error:
            raise InputError(f"{self.evaluation}: cannot be read: {error}; write it with --evaluate") from None

    def write_evaluation(self, evaluation):
        """Writes the figures of a trained model, a dictionary, whole or not at all."""
        write_json(evaluation, self.evaluation)

    def require_experiment(self, experiment):
        """Refuses a folder with the record of another experiment.

        Args:
            experiment: Mapping from settings to the value asked for, or to a tuple of values that will do; settings it
                does not name are not compared.

        Raises:
            InputError: If the record differs.
        """
        differences = self._differences(experiment)
        if differences:
            recorded = {name: self.read_config()["experiment"].get(name) for name in differences}
            raise InputError(
                f"{self.path}: holds a run with {_describe(recorded)}, asked for {_describe(differences)}; "
                "give another --save_path, or the settings of that run"
            )

    def claim(self, config):
        """Makes the folder this run's own: an earlier run of the same experiment is set aside, the record written.

        Args:
            config: The record, with "experiment" among its keys.

        Raises:
            InputError: If the folder holds another experiment or cannot be written.
        """
        self.require_experiment(config["experiment"])
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._set_earlier_aside()
            self.checkpoints.mkdir()
            self.write_config(config)
        except OSError as error:
            raise InputError(f"{self.path}: cannot be written: {error.strerror}; give another --save_path") from None

    def go_on(self, config, epoch):
        """Keeps what the run of this folder has written up to ``epoch`` and drops what came after it.

        Args:
            config: The record, as of ``claim``.
            epoch: Epochs of the checkpoint from which training goes on.

        Raises:
            InputError: As of ``claim``.
        """
        self.require_experiment(config["experiment"])
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        self.write_config(config)
        if self.metrics.exists():
            write_text("".join(self.metrics.read_text().splitlines(keepends=True)[: epoch + 1]), self.metrics)

    def checkpoint(self, epoch):
        """Path of the checkpoint after ``epoch`` epochs."""
        return self.checkpoints / f"epoch_{epoch:04d}.keras"

    def saved_epochs(self):
        """Epochs after which a checkpoint was saved, in rising order."""
        names = (re.fullmatch(r"epoch_(\d+)\.keras", path.name) for path in self.checkpoints.glob("epoch_*.keras"))
        return sorted(int(name[1]) for name in names if name)

    def save_checkpoint(self, model, epoch):
        """Saves ``model`` as the checkpoint after ``epoch`` epochs, whole or not at all."""
        _save(model, self.checkpoint(epoch))

    def save_model(self, model):
        """Saves ``model`` for use, without optimisers, whole or not at all."""
        bare = type(model).from_config(model.get_config())
        bare.set_weights(model.get_weights())
        _save(bare, self.model)

    def save_reader(self, reader):
        """Saves the classifier that reads the run's decoded images, whole or not at all; returns it."""
        _save(reader, self.reader)
        return reader

    def load_reader(self):
        """The classifier that ``save_reader`` saved, or None."""
        return _load(self.reader, "remove it to train another") if self.reader.exists() else None

    def load(self, epoch=None, to_train=False):
        """Loads a checkpoint.

        Args:
            epoch: Epochs after which it was saved; None for the newest.
            to_train: Whether the model goes on training: compiled, its optimisers as they were.

        Returns:
            The model and the epoch.

        Raises:
            InputError: If it was not saved, or cannot be read.
        """
        saved = self.saved_epochs()
        if not saved:
            raise InputError(f"{self.path}: holds no checkpoint; train first, or give the --save_path of a trained run")
        epoch = saved[-1] if epoch is None else epoch
        if epoch not in saved:
            raise InputError(f"--load {epoch}: not saved in {self.path}; saved are {', '.join(map(str, saved))}")
        return _load(self.checkpoint(epoch), "try another --load", to_train), epoch

    def _differences(self, experiment):
        recorded = self.read_config().get("experiment")
        if recorded is None:
            return {}
        return {
            name: value
            for name, value in experiment.items()
            if recorded.get(name) not in (value if isinstance(value, tuple) else (value,))
        }

    def _set_earlier_aside(self):
        """Moves an earlier run's files, so that no checkpoint of it passes for one of this run, and none is lost."""
        files = [path for pattern in OWN_FILES for path in self.path.glob(pattern)]
        if not files:
            return
        aside = self.path / EARLIER / time.strftime("%Y%m%d-%H%M%S")
        while aside.exists():
            aside = aside.with_name(aside.name + "x")
        aside.mkdir(parents=True)
        for file in files:
            file.rename(aside / file.name)


def _save(model, path):
    part = path.with_name(f"part-{path.name}")
    model.save(part)
    os.replace(part, path)


def _load(path, remedy, to_train=False):
    try:
        return load_model(path, compile=to_train)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{path}: cannot be loaded: {reason}; {remedy}") from error


def write_json(content, path):
    """Writes a JSON file, whole or not at all."""
    write_text(json.dumps(content, indent=2) + "\n", path)


def write_text(text, path):
    """Writes a text file, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text)
    os.replace(part, path)


def _describe(settings):
    return ", ".join(
        f"{name} {' or '.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name, value in settings.items()
    )
