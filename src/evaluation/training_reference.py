"""What a trained model's samples are compared with: outlier signs of its training samples, and what classes are called.

It is kept beside the model, so that samples can be encoded where the training data are not.
"""

import hashlib
import zipfile
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..safe_files import atomic_write
from .encoding import signs_of_outliers

# Training samples by which outliers are measured.
MOST_MEASURED = 4_000


@dataclass(frozen=True)
class TrainingReference:
    """What is kept of the training samples.

    Attributes:
        digest: ``digest_of`` the model whose samples they are.
        signs: float64 [n, 2], ``outlier_signs`` of up to 4,000 training samples.
        class_names: Array [n_classes] of the classes' names, or of their numbers where they have no names.
        label_of_cluster: int [n_clusters], the class that each cluster stands for; empty where nothing says it.
    """

    digest: str
    signs: np.ndarray
    class_names: np.ndarray
    label_of_cluster: np.ndarray

    @classmethod
    def of(cls, model, train, class_names=None, label_of_cluster=None):
        """That of a model trained on ``train``, a ``Split``; names and clusters as they are known, or None."""
        n = min(len(train), MOST_MEASURED)
        chosen = np.sort(np.random.default_rng(0).choice(len(train), n, replace=False))
        names = np.arange(train.n_classes) if class_names is None else np.array(class_names)
        clusters = np.array([] if label_of_cluster is None else label_of_cluster, np.int64)
        return cls(digest_of(model), signs_of_outliers(model, train.take(chosen).in_memory().images), names, clusters)

    def save(self, path):
        """Writes it to an NPZ file, atomically."""
        with atomic_write(path) as temporary, open(temporary, "wb") as file:
            np.savez_compressed(file, **vars(self))

    @classmethod
    def load(cls, path):
        """That of an NPZ file.

        Raises:
            InputError: If it cannot be read.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                parts = {name: file[name] for name in cls.__dataclass_fields__}
            return cls(**parts | {"digest": str(parts["digest"])})
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
            raise InputError(f"{path}: cannot be read: {error}; remove it to have it made again") from None


def digest_of(model):
    """SHA-256, in hexadecimal, of the weights by which a model encodes and decodes outside training."""
    digest = hashlib.sha256()
    for name in model.ema_parts:
        for weight in model.inference_network(name).weights:
            # Not the states of layers that draw random numbers.
            if weight.dtype == "float32":
                digest.update(np.ascontiguousarray(weight))
    return digest.hexdigest()
