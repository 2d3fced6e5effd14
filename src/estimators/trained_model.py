"""A trained model that takes samples in the caller's units and is pickled as a Keras file."""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from ..data.pipeline import to_range
from ..models import load_model
from .randomness import drawn_from

# Every batch has this size, filled up with zeros: what is said of a sample does not depend on those beside it.
N_IN_BATCH = 256


class TrainedModel:
    """A model and the scaler of its samples.

    Args:
        model: One of ``aae.models``, trained; kept without its optimisers.
        scaler: The ``FeatureScaler`` of its samples.
    """

    def __init__(self, model, scaler):
        self.model = _without_optimizers(model)
        self.scaler = scaler
        self._traced = {}

    def __getstate__(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.keras")
            self.model.save(path)
            return {"keras_file": path.read_bytes(), "scaler": self.scaler}

    def __setstate__(self, state):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.keras")
            path.write_bytes(state["keras_file"])
            with drawn_from(0):
                self.__init__(load_model(path), state["scaler"])

    def codes(self, samples):
        """Mean codes z of samples [n, *shape]: float32 [n, n_codes]."""
        return self._in_batches(self.model.encode, self._scaled(samples))

    def class_probabilities(self, samples):
        """Softmax of the class head: float32 [n, n_classes]."""
        return self._in_batches(self.model.classify, self._scaled(samples))

    def log_densities(self, samples):
        """Logarithm of the prior's density at the codes of samples, in nats: float64 [n]."""
        # Not traced: a prior may compute its density with NumPy.
        parts = [self.model.prior.log_prob(codes)[:n] for n, codes in _filled_batches(self.codes(samples))]
        return np.concatenate(parts, axis=0).astype(np.float64)

    def decoded(self, codes, labels=None):
        """Samples decoded from codes [n, n_codes], in the caller's units; labels as in ``models`` ``decode``."""
        low, high = self.model.image_range
        given = (codes.astype(np.float32),) + (() if labels is None else (labels.astype(np.int32),))
        return self.scaler.inverse_transform((self._in_batches(self.model.decode, *given) - low) / (high - low))

    def errors(self, samples):
        """Mean squared error of the reconstruction of each sample, over its scaled features: float64 [n]."""
        scaled = self._scaled(samples)
        squares = np.square(np.float64(scaled) - self._in_batches(self.model.reconstruct, scaled))
        return squares.reshape(len(squares), -1).mean(axis=1)

    def _scaled(self, samples):
        return np.asarray(to_range(self.scaler.transform(samples), self.model.image_range))

    def _in_batches(self, function, *arrays):
        """What a function of the model says of the rows of arrays; traced once."""
        name = function.__name__
        if name not in self._traced:
            batch = [tf.TensorSpec((N_IN_BATCH, *array.shape[1:]), array.dtype) for array in arrays]
            self._traced[name] = tf.function(function).get_concrete_function(*batch)
        parts = [self._traced[name](*map(tf.constant, batch))[:n] for n, *batch in _filled_batches(*arrays)]
        return np.concatenate(parts, axis=0)


def _filled_batches(*arrays):
    """The rows of arrays in batches of ``N_IN_BATCH``, the last one filled up; before each how many rows it has."""
    for start in range(0, len(arrays[0]), N_IN_BATCH):
        rows = [array[start : start + N_IN_BATCH] for array in arrays]
        n = len(rows[0])
        yield n, *(np.concatenate([each, np.zeros((N_IN_BATCH - n, *each.shape[1:]), each.dtype)]) for each in rows)


def _without_optimizers(model):
    copy = type(model).from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy
