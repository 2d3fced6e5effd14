"""What the estimators share: parameters, validation of samples, the fit."""

from numbers import Integral, Real
from typing import ClassVar

import keras
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from ..config import ModelConfig, OptimizerConfig
from ..data.neighbours import mutual_neighbours
from ..errors import InputError
from ..models.build import build_model
from ..training.compiling import compile_model
from ..training.fit import steps_per_execution, training_stream
from . import sizing
from .docstrings import with_shared_sections
from .early_stopping import HeldOutReconstruction, held_out_rows
from .randomness import drawn_from
from .scaling import FeatureScaler
from .trained_model import TrainedModel

# The settings of recipes/table2_mnist_100.cfg.
# Learning rate of the games, as a multiple of the autoencoder's.
GAME_RATE = 10.0
LOSS_WEIGHTS = {"discriminator": 1.0, "generator": 2.0, "class_discriminator": 1.0, "class_generator": 1.0}
LOSS_WEIGHTS |= {"classification": 10.0}
LABEL_SMOOTHING = 0.1
EMA_DECAY = 0.99


class AAEEstimator(BaseEstimator):
    """Base of the estimators; their parameters in common.

    Args:
        prior: Distribution to impose on the codes: "gaussian", "gmm", "swiss_roll", "uniform", or an object of
            ``models.priors`` of as many codes.
        hidden_layer_sizes: Units of each hidden layer of encoder, decoder and discriminators, a sequence, or a number
            for one layer; None for two that suit the number of features.
        max_iter: Epochs; None for as many as make some 900 training steps, 30 to 200.
        batch_size: Samples in a batch; None for a tenth of them, 16 to 100.
        learning_rate_init: Learning rate of the autoencoder under SGD, above 0; in the second half it falls to 0.
        validation_fraction: Share of the samples, in [0, 1), held out: in the second half of the epochs training stops
            when their reconstruction improves no more, and the best weights of that half are kept. 0 for none.
        n_iter_no_change: Epochs without improvement after which training stops. Of more than some 2,400 samples the
            default ``max_iter`` is below 42, so that the default of 20 stops none.
        verbose: 0 for silence, 1 for a progress bar, 2 for a line an epoch.
        random_state: int, ``RandomState`` or None, as everywhere in scikit-learn: an int gives the same model again.

    Attributes:
        model_: The trained Keras model.
        n_iter_: Epochs trained.
        loss_curve_: Reconstruction error after each epoch, of the held-out samples where there are some.
        n_features_in_: Features of a sample; of images the first axis of one.
    """

    _kind = "aae"
    _parameter_constraints: ClassVar = {
        "prior": [StrOptions({"gaussian", "gmm", "swiss_roll", "uniform"}), HasMethods(["sample", "log_prob"])],
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left"), None],
        "max_iter": [Interval(Integral, 1, None, closed="left"), None],
        "batch_size": [Interval(Integral, 2, None, closed="left"), None],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }
    # The reconstruction error of n features weighs max(1, this / n), so that games do not drown that of a few.
    _reference_features = 1024

    def __init_subclass__(cls, **settings):
        super().__init_subclass__(**settings)
        cls.__doc__ = with_shared_sections(cls.__doc__, AAEEstimator.__doc__)

    def __init__(
        self,
        *,
        prior="gaussian",
        hidden_layer_sizes=None,
        max_iter=None,
        batch_size=None,
        learning_rate_init=0.015,
        validation_fraction=0.1,
        n_iter_no_change=20,
        verbose=0,
        random_state=None,
    ):
        self.prior = prior
        self.hidden_layer_sizes = hidden_layer_sizes
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.verbose = verbose
        self.random_state = random_state

    @property
    def model_(self):
        """The trained Keras model, of ``aae.models``."""
        check_is_fitted(self)
        return self.trained_model_.model

    def _samples(self, samples, reset=False):
        """``samples`` as a numeric array [n, ...], refused as scikit-learn does it."""
        if not reset:
            check_is_fitted(self)
            self.trained_model_.scaler.require_images(samples)
        return validate_data(
            self, samples, reset=reset, dtype="numeric", allow_nd=True, ensure_min_samples=2 if reset else 1
        )

    def _codes(self, codes):
        """``codes`` as a numeric array [n, n_codes], refused as scikit-learn does it."""
        check_is_fitted(self)
        codes, n_codes = check_array(codes, dtype="numeric"), self.trained_model_.model.n_codes
        if codes.shape[1] != n_codes:
            raise InputError(f"codes of {codes.shape[1]} numbers each: expected {n_codes}")
        return codes

    def _fit(self, samples, n_codes, labels=None, n_classes=1, n_neighbors=0, **more):
        """Trains a model of this kind.

        Args:
            samples: [n, ...].
            n_codes: Number of codes.
            labels: int [n], -1 for none; None where no sample has one.
            n_classes: Classes, or clusters, of a model that has some.
            n_neighbors: Nearest samples that count for pairs of neighbours.
            **more: Settings of the model beside those in common.
        """
        if not isinstance(self.prior, str) and getattr(self.prior, "n_codes", None) != n_codes:
            of_prior = getattr(self.prior, "n_codes", "unknown")
            raise InputError(f"a prior whose n_codes is {of_prior}: expected {n_codes}, the number of codes")
        labels = np.full(len(samples), -1, np.int32) if labels is None else labels
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        scaler = FeatureScaler().fit(samples)
        rows = scaler.transform(samples)
        held_out = held_out_rows(labels, self.validation_fraction, seed)
        train, labels = rows[~held_out], labels[~held_out]
        batch_size = min(self.batch_size or sizing.batch_size(len(train)), len(train))
        epochs = self.max_iter or sizing.max_epochs(len(train), batch_size)
        with drawn_from(seed):
            model = self._compiled(rows.shape[1:], n_codes, n_classes, seed, epochs, len(train) // batch_size, more)
            neighbours = _neighbours(model, train, n_neighbors)
            stream = training_stream(model, train, labels, batch_size, seed, neighbours=neighbours)
            self._train(model, stream, epochs, len(train) // batch_size, rows[held_out])
            self.trained_model_ = TrainedModel(model, scaler)

    def _train(self, model, stream, epochs, steps, held_out):
        model.steps_per_execution = steps_per_execution(steps)
        history = model.fit(
            stream,
            epochs=epochs,
            steps_per_epoch=steps,
            callbacks=self._callbacks(held_out, epochs),
            shuffle=False,
            verbose=self.verbose,
        ).history
        self.loss_curve_ = history[HeldOutReconstruction.name if len(held_out) else "reconstruction_loss"]
        self.n_iter_ = len(self.loss_curve_)

    def _compiled(self, shape, n_codes, n_classes, seed, epochs, steps, more):
        config = ModelConfig(
            self._kind,
            n_codes=n_codes,
            prior=self.prior if isinstance(self.prior, str) else "gaussian",
            posterior="deterministic",
            hidden=self._hidden_layers(int(np.prod(shape))),
            output="sigmoid",
            batch_norm="autoencoder",
            ema_decay=EMA_DECAY,
            seed=seed,
            **more,
        )
        model = build_model(config, shape, n_classes, None if isinstance(self.prior, str) else self.prior)
        optimizer = OptimizerConfig(
            optimizer="sgd",
            learning_rate=self.learning_rate_init,
            game_learning_rate=GAME_RATE * self.learning_rate_init,
            schedule="linear",
            update="joint",
            classify_every=1,
            label_smoothing=LABEL_SMOOTHING if model.learns_to_classify else 0.0,
            loss_weights=LOSS_WEIGHTS | {"reconstruction": max(1.0, self._reference_features / np.prod(shape))},
            precision="auto",
        )
        return compile_model(model, optimizer, epochs, steps)

    def _hidden_layers(self, n_features):
        sizes = self.hidden_layer_sizes
        if sizes is None:
            return sizing.hidden_units(n_features)
        sizes = np.atleast_1d(sizes).tolist()
        if not sizes or not all(isinstance(size, int) and size >= 1 for size in sizes):
            raise InputError(f"hidden_layer_sizes {self.hidden_layer_sizes!r}: expected integers of at least 1")
        return tuple(sizes)

    def _callbacks(self, held_out, epochs):
        if not len(held_out):
            return []
        # Before, the moments of batch normalisation and the averaged weights are not settled, nor are the games.
        stop = keras.callbacks.EarlyStopping(
            HeldOutReconstruction.name,
            mode="min",
            patience=self.n_iter_no_change,
            restore_best_weights=True,
            start_from_epoch=epochs // 2,
        )
        return [HeldOutReconstruction(held_out), stop]


def float_type(samples):
    """The type in which results for ``samples`` are given: theirs where it is a float's, otherwise float64."""
    return samples.dtype if np.issubdtype(samples.dtype, np.floating) else np.float64


def _neighbours(model, rows, n_neighbors):
    """Mutual nearest neighbours of the rows for a model that takes them, of as many as there are."""
    n_nearest = min(n_neighbors, len(rows) - 1)
    return mutual_neighbours(rows, n_nearest) if n_nearest and model.neighbours_taken else None
