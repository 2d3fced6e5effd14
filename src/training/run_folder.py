"""The folder a run leaves: its record, metrics, checkpoints, log and pictures."""

import contextlib
import fcntl
import json
import logging
import os
import socket
import time
from pathlib import Path

from ..errors import InputError, RunError
from ..models import load_model
from ..safe_files import atomic_write, remove_temporary, write_json
from .checkpoints import CheckpointManager, Progress
from .records import NAME, read_record

EARLIER = "earlier"
LOCK = ".lock"
OWN_FILES = (
    "config.json",
    "metrics.csv",
    "evaluation.json",
    "report.html",
    "model.keras",
    "reader.keras",
    "reference.npz",
    "checkpoints",
    "tensorboard",
    "*.png",
    "samples.csv",
    "styles.csv",
    "latent.gif",
    "latent_frames.npz",
    "explorer.html",
)


class RunFolder:
    """A run's folder and what is found in it.

    Args:
        path: The folder; it need not exist yet.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.config = self.path / NAME
        self.metrics = self.path / "metrics.csv"
        self.tensorboard = self.path / "tensorboard"
        self.checkpoints = CheckpointManager(self.path / "checkpoints")
        self.model = self.path / "model.keras"
        self.oracle = self.path / "reader.keras"
        self.evaluation = self.path / "evaluation.json"
        self.reference = self.path / "reference.npz"
        self.explorer = self.path / "explorer.html"
        self.report = self.path / "report.html"

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
            if folder.checkpoints.saved() and not folder._differences(experiment):
                return folder
        raise InputError(
            f"{root}: holds no trained run of {_describe(experiment)}; train one, or say in what folder it is",
            setting="run.path",
        )

    def read_config(self):
        """The run's record, a dictionary; empty where there is none.

        Raises:
            InputError: If it cannot be read.
        """
        return read_record(self.path)

    def write_config(self, config):
        """Writes the run's record, atomically."""
        write_json(config, self.config)

    def read_evaluation(self):
        """The metrics that ``write_evaluation`` wrote.

        Raises:
            InputError: If they cannot be read.
        """
        try:
            return json.loads(self.evaluation.read_text())
        except (OSError, ValueError) as error:
            raise InputError(f"{self.evaluation}: cannot be read: {error}; measure the run again") from None

    def write_evaluation(self, evaluation):
        """Writes the metrics of a trained model, a dictionary, atomically."""
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
                "give another folder, or the settings of that run",
                setting="run.path",
            )

    def create(self, config):
        """Creates the folder of a new run: sets an earlier run of the same experiment aside and writes the record.

        Args:
            config: The record, with "experiment" among its keys.

        Returns:
            The record.

        Raises:
            InputError: If the folder holds another experiment.
            RunError: If it cannot be written.
        """
        self.require_experiment(config["experiment"])
        with self._translate_write_errors():
            self.path.mkdir(parents=True, exist_ok=True)
            self._set_earlier_aside()
            self.checkpoints.folder.mkdir()
            self.write_config(config)
        return config

    def adopt(self, name, record):
        """Makes this the folder of what is made with the pretrained model ``name``, whose run had the ``record``.

        Raises:
            InputError: If it holds a run, or what was made with another model.
            RunError: If it cannot be written.
        """
        held = self.read_config()
        if held and held.get("pretrained") != name:
            raise InputError(
                f"{self.path}: holds {held.get('pretrained', 'a run')}; for {name} give another folder",
                setting="run.path",
            )
        with self._translate_write_errors():
            self.path.mkdir(parents=True, exist_ok=True)
            self.write_config(record | {"pretrained": name})

    def resume(self, config, progress):
        """Keeps what the run of this folder has written up to ``progress`` and drops what came after it.

        Args:
            config: The record, as in ``create``.
            progress: ``Progress`` of the checkpoint from which training resumes.

        Returns:
            The record as it was written: with the command that the run began with, and under "resumed" those that
            resumed it.

        Raises:
            InputError: As in ``create``.
        """
        self.require_experiment(config["experiment"])
        recorded = self.read_config()
        command = config.get("command")
        resumed = [*recorded.get("resumed", []), {"command": command, "after": str(progress)}]
        # The record keeps the command that began the run; commands that resumed it are listed beside it.
        config = config | {"command": recorded.get("command", command), "resumed": resumed}
        with self._translate_write_errors():
            self.checkpoints.folder.mkdir(parents=True, exist_ok=True)
            self.checkpoints.drop_after(progress)
            for folder in (self.path, self.checkpoints.folder, self.tensorboard):
                remove_temporary(folder)
            self.write_config(config)
        return config

    @contextlib.contextmanager
    def lock(self):
        """Locks the folder for this process while it trains there.

        Raises:
            InputError: If another process has locked it, which is named.
            RunError: If it cannot be written.
        """
        with self._translate_write_errors():
            self.path.mkdir(parents=True, exist_ok=True)
            # Unbuffered, so that nothing is left to write when it is closed.
            file = (self.path / LOCK).open("ab+", buffering=0)
        with file:
            try:
                # The system unlocks it when the process ends, however it ends.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().decode(errors="replace").strip() or "another process"
                raise InputError(
                    f"{self.path}: {holder} is training there; give another folder", setting="run.path"
                ) from None
            except OSError as error:
                logging.warning(
                    "%s: cannot be locked (%s): let no other process train there", self.path, error.strerror
                )
            since = time.strftime("%Y-%m-%d %H:%M:%S")
            with self._translate_write_errors():
                file.truncate(0)
                file.write(f"process {os.getpid()} on {socket.gethostname()}, since {since}".encode())
            yield

    def save_model(self, model):
        """Saves ``model`` for use, without optimisers, atomically."""
        bare = type(model).from_config(model.get_config())
        bare.set_weights(model.get_weights())
        _save(bare, self.model)

    def save_oracle(self, oracle):
        """Saves the oracle classifier of the run, atomically; returns it."""
        _save(oracle, self.oracle)
        return oracle

    def load_oracle(self):
        """The classifier that ``save_oracle`` saved, or None."""
        return _load(self.oracle, "remove it to train another") if self.oracle.exists() else None

    def load(self, epoch=None):
        """Loads a checkpoint, to use the model.

        Args:
            epoch: Epochs after which it was saved; None for the newest valid one.

        Returns:
            The model and its ``Progress``.

        Raises:
            InputError: If it was not saved, or cannot be read.
        """
        saved = self.checkpoints.saved()
        if not saved:
            raise InputError(
                f"{self.path}: holds no checkpoint; train first, or give the folder of a trained run",
                setting="run.path",
            )
        if epoch is None:
            return self.checkpoints.load_newest()[:2]
        if Progress(epoch) not in saved:
            epochs = ", ".join(str(progress.epoch) for progress in saved if not progress.step)
            raise InputError(f"epoch {epoch}: not saved in {self.path}; saved are {epochs}", setting="trained.epoch")
        return self.checkpoints.load(Progress(epoch))[0], Progress(epoch)

    @contextlib.contextmanager
    def _translate_write_errors(self):
        try:
            yield
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written: {error.strerror}; give another folder", setting="run.path"
            ) from None

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
    with atomic_write(path) as temporary:
        model.save(temporary)


def _load(path, remedy):
    try:
        return load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{path}: cannot be loaded: {reason}; {remedy}") from error


def _describe(settings):
    return ", ".join(
        f"{name} {' or '.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name, value in settings.items()
    )
