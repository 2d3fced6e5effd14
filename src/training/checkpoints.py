"""The checkpoints of a run: each written atomically, with its digest; the newest valid one is loaded."""

import hashlib
import json
import logging
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError
from ..models import load_model
from ..safe_files import atomic_write, write_text

STATE = "training.json"
NAME = re.compile(r"epoch_(\d+)(?:_step_(\d+))?\.keras")


class Progress(NamedTuple):
    """How far training has come.

    Attributes:
        epoch: Whole epochs.
        step: Steps into the next one.
    """

    epoch: int
    step: int = 0

    def __str__(self):
        return f"epoch {self.epoch}" + (f" and {self.step} steps" if self.step else "")


class CheckpointManager:
    """A folder of checkpoints.

    A checkpoint is a Keras file of the compiled model, its optimisers and random states included, with the state of
    training beside them in ``training.json``, and a file with its SHA-256, as ``sha256sum --check`` reads it.

    Args:
        folder: The folder; it need not exist yet.
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, progress):
        """Path of the checkpoint at ``progress``."""
        step = f"_step_{progress.step:06d}" if progress.step else ""
        return self.folder / f"epoch_{progress.epoch:04d}{step}.keras"

    def saved(self):
        """The ``Progress`` of each checkpoint, in rising order, whether it is valid or not."""
        names = (NAME.fullmatch(path.name) for path in self.folder.glob("epoch_*.keras"))
        return sorted(Progress(int(name[1]), int(name[2] or 0)) for name in names if name)

    def save(self, model, progress, state=None):
        """Saves a compiled model.

        Args:
            model: The model.
            progress: How far it has come.
            state: What else training needs to resume, a dictionary for JSON.
        """
        path = self.path(progress)
        # The digest is there before the checkpoint, so that no moment shows one without the other.
        path.unlink(missing_ok=True)
        with atomic_write(path) as temporary:
            model.save(temporary)
            with zipfile.ZipFile(temporary, "a") as archive:
                archive.writestr(STATE, json.dumps(state or {}))
            write_text(f"{_sha256(temporary)}  {path.name}\n", _digest_path(path))

    def corruption(self, progress):
        """What is wrong with a checkpoint, in words; None for a valid one."""
        path = self.path(progress)
        try:
            expected = _digest_path(path).read_text()
        except (OSError, ValueError):
            return f"its digest, {_digest_path(path).name}, is missing or cannot be read"
        if path.stat().st_size == 0:
            return "it is empty"
        if expected != f"{_sha256(path)}  {path.name}\n":
            return f"it differs from its digest, {_digest_path(path).name}"
        return None

    def load(self, progress, to_train=False):
        """Loads a checkpoint.

        Args:
            progress: Which.
            to_train: Whether the model is trained further: compiled, its optimisers as they were.

        Returns:
            The model and the state it was saved with.

        Raises:
            InputError: If it is corrupt.
        """
        corruption = self.corruption(progress)
        if corruption:
            raise InputError(f"{self.path(progress)}: corrupt: {corruption}; use another one")
        return self._read(progress, to_train)

    def load_newest(self, to_train=False):
        """Loads the newest valid checkpoint; a corrupt one is named in a warning.

        Returns:
            The model, its ``Progress`` and its state.

        Raises:
            InputError: If there is none, or none is valid.
        """
        for progress in reversed(self.saved()):
            corruption = self.corruption(progress)
            if corruption is None:
                model, state = self._read(progress, to_train)
                return model, progress, state
            logging.warning("%s: corrupt: %s; the one before is used", self.path(progress), corruption)
        raise InputError(f"{self.folder}: holds no valid checkpoint; train first, or again")

    def prune(self, keep, every):
        """Removes all checkpoints but the newest ``keep`` and those after each ``every`` epochs."""
        for progress in self.saved()[:-keep]:
            if progress.step or progress.epoch % every:
                self._remove(progress)

    def drop_after(self, progress):
        """Removes the checkpoints after ``progress``, the newest valid one when training resumes."""
        for later in self.saved():
            if later > progress:
                self._remove(later)

    def _remove(self, progress):
        self.path(progress).unlink()
        _digest_path(self.path(progress)).unlink(missing_ok=True)

    def _read(self, progress, to_train):
        path = self.path(progress)
        try:
            with zipfile.ZipFile(path) as archive:
                state = json.loads(archive.read(STATE))
            return load_model(path, compile=to_train, safe_mode=True), state
        except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
            reason = str(error).strip().split("\n")[0]
            raise InputError(f"{path}: cannot be loaded: {reason}; use another one") from error


def _digest_path(path):
    return path.with_name(f"{path.name}.sha256")


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
