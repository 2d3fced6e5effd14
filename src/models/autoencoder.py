"""The autoencoder, plain or denoising: what every model here is built on."""

import warnings
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from ..errors import InputError, choose
from . import export, inputs, keras_internals, likelihoods, posteriors, replicas
from .checks import require_built, require_width
from .compile_checks import phase_optimizers, require_effect, require_weights
from .compile_config import current_compile_config
from .input_checks import InputChecks, images_and_labels
from .losses import LossTracker, loss_of_finite, translate_non_finite_errors
from .phase import Phase
from .precision import TrainingPrecision, float32
from .priors import as_seed_generator
from .training_step import training_step

LOSS_WEIGHTS = {
    "reconstruction": 1.0,
    "discriminator": 6.0,
    "generator": 6.0,
    "class_discriminator": 6.0,
    "class_generator": 6.0,
    "classification": 1.0,
    "separation": 1.0,
}
# Arguments of the constructor by the names that saved models of earlier versions have for them.
EARLIER_NAMES = {"average": "ema_decay"}
# The second is the name of earlier versions for the first.
UPDATES = {"alternating": "alternating", "phases": "alternating", "joint": "joint"}


class Latent(NamedTuple):
    """What an encoder says of images.

    A code z, float32 [batch, n_codes]. Where it has a head for classes, their probabilities y, the softmax of its
    logits, float32 [batch, n_classes]; otherwise None.
    """

    z: tf.Tensor
    y: tf.Tensor | None = None


@keras.saving.register_keras_serializable(package="aae")
class Autoencoder(keras.Model):
    """Autoencoder; with noise on its input a denoising one (Vincent et al. 2008). Its siblings build on it.

    Give ``fit`` batches of images, or of ``(images, labels)``: images float32 [batch, height, width, channels] in
    ``image_range``, labels int [batch], -1 where there is none.

    Args:
        encoder: Built Keras model from images to [batch, n_codes] for the deterministic posterior, to
            [batch, 2 n_codes] (means, then raw scales) for the Gaussian one; for the universal one to [batch, n_codes]
            from a list of images and noise [batch, n_noise].
        decoder: Built Keras model from [batch, n_codes] to images; to their logits for the Bernoulli likelihood.
        prior: The distribution that ``sample`` draws codes from, such as ``priors.Gaussian``. Nothing in this class
            brings the codes to it; an encoder of normalised outputs shares its mean and deviations.
        posterior: "deterministic", "gaussian" (reparameterised) or "universal" (noise fed to the encoder).
        likelihood: "gaussian" (error ½ ‖x − x̂‖²) or "bernoulli" (cross-entropy on logits, images in [0, 1]).
        image_range: Lowest and highest value of a pixel.
        input_noise: Standard deviation of Gaussian noise on the encoder's input in training.
        late_input_noise: That deviation after ``late_noise_from`` steps; None for the same throughout.
        late_noise_from: Steps of the reconstruction with ``input_noise`` before; what another phase of the same step
            corrupts counts as after it.
        code_noise: Standard deviation, in units of the codes, of Gaussian noise on the codes that are drawn from the
            posterior: with the deterministic one, q(z|x) is a Gaussian of this deviation about each code.
        ema_decay: Decay, in [0, 1), of an exponential moving average (EMA), over the training steps, of the weights of
            encoder and decoder; above 0, the averaged weights are those that encode and decode outside training.
        seed: Seed of all noise and prior samples; their state is saved with the model.
        class_head: For subclasses: width of the encoder's second output, a head for classes, where it has one.
        decoder_inputs: For subclasses: width of the decoder's input, where it is given more than the codes.

    Raises:
        InputError: If the networks and the prior do not fit together, or an argument is out of its range.
    """

    parts = ("encoder", "decoder", "prior")
    ema_parts = ("encoder", "decoder")
    settings = (
        "image_range",
        "input_noise",
        "late_input_noise",
        "late_noise_from",
        "code_noise",
        "ema_decay",
        "seed",
        "name",
    )
    losses_weighted = ("reconstruction",)
    compile_settings = ("precision", "jit_compile")
    # What training, measuring and drawing must know: whether the decoder is given a class beside the code, whether the
    # encoder gives clusters that no label names, or classes that labels name, and whether these have heads among codes.
    has_styles = False
    has_clusters = False
    learns_to_classify = False
    neighbours_taken = 0
    has_heads = False
    # The games of a model whose encoder has a head for classes: ``TwoGames``.
    games = None
    # Keras saves weights by the alphabetically first attribute that holds them. Files have these names for the EMA.
    averaged_encoder = property(lambda self: getattr(self, "ema_encoder", None))
    averaged_decoder = property(lambda self: getattr(self, "ema_decoder", None))

    def __init__(
        self,
        encoder,
        decoder,
        prior,
        posterior="deterministic",
        likelihood="gaussian",
        image_range=(-1.0, 1.0),
        input_noise=0.0,
        late_input_noise=None,
        late_noise_from=0,
        code_noise=0.0,
        ema_decay=0.0,
        seed=0,
        class_head=None,
        decoder_inputs=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.prior = prior
        self.posterior = posteriors.get(posterior)
        self.likelihood = likelihoods.get(likelihood)
        self.image_range = tuple(image_range)
        self.input_noise = input_noise
        self.late_input_noise = late_input_noise
        self.late_noise_from = late_noise_from
        self.code_noise = code_noise
        self.ema_decay = ema_decay
        self.seed = seed
        self._require_settings()
        heads = [self.posterior.params_size(prior.n_codes), *([class_head] if class_head is not None else [])]
        self._require_autoencoder(heads, decoder_inputs or prior.n_codes)
        self._track_ema_of("encoder", "decoder")
        self.is_distributed = tf.distribute.has_strategy()
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.reconstruction_loss = LossTracker("reconstruction_loss")
        self.reconstruction = Phase("reconstruction", self._autoencoder_variables)
        self.input_checks = InputChecks(self)
        self.built = True

    @property
    def metrics(self):
        """Running means over the epoch."""
        return [self.reconstruction_loss]

    @property
    def image_shape(self):
        """Shape of one image: (height, width, channels)."""
        return tuple(self._image_input[1:])

    @property
    def _image_input(self):
        shape = self.encoder.input_shape
        return shape[0] if isinstance(shape, list) else shape

    @property
    def n_codes(self):
        """Number of codes."""
        return self.prior.n_codes

    @property
    def is_given_labels(self):
        """Whether ``reconstruct`` needs labels: its decoder is given a class and its encoder gives none."""
        return self.has_styles and not hasattr(self, "classify")

    @property
    def phases(self):
        """The gradient steps of a training step, in order: a list of ``Phase``."""
        return [self.reconstruction]

    def phases_under(self, update):
        """Those that make a step of their own, with an optimiser of their own, under ``update``."""
        return [phase for phase in self.phases if phase.in_joint or update != "joint"]

    def compile(
        self,
        optimizers=None,
        loss_weights=None,
        update="alternating",
        precision="float32",
        classify_every=1,
        label_smoothing=0.0,
        **kwargs,
    ):
        """Configures training: an optimiser for each phase and a weight for each loss.

        Reported losses are not weighted. With Adam a weight cancels out of the update of a phase of one loss, but for
        Adam's epsilon; under the joint update, and between z and y, it is the ratio of weights that counts.

        Args:
            optimizers: Dictionary from the names of phases ("reconstruction"; with a game "discriminator" and
                "generator"; on classes "class_discriminator"; "classification"; "separation") to their optimisers, or
                to those optimisers' names. A phase without one gets Adam(2e-4, beta_1=0.5). Callbacks such as
                ``LearningRateScheduler`` see that of the reconstruction alone; give the others schedules.
            loss_weights: Dictionary from the names of losses (those of the phases, and "class_generator") to weights.
                Default 1 for reconstruction, classification and separation, 6 for the losses of games.
            update: "alternating", phase after phase, as in the paper; or "joint": one pass through the autoencoder
                gives the gradients of all losses at one point, the phases generator and classification are part of the
                reconstruction's, and take no optimiser.
            precision: In which training computes, "float32" or "bfloat16"; see ``precision``.
            classify_every: Steps between classification phases, at least 1.
            label_smoothing: Share, in [0, 1), of each label that is spread evenly over all classes.
            **kwargs: Passed to ``keras.Model.compile``, such as ``jit_compile``, which does not hold under a
                ``tf.distribute`` strategy.

        Raises:
            InputError: If there is no such phase, loss, update or precision, a value is out of its range, several
                phases share one optimiser, or there is a loss or metric, for the model has its own.
        """
        self.update = choose("update", update, UPDATES)
        phases = self.phases_under(self.update)
        require_effect(kwargs)
        optimizers, loss_weights = phase_optimizers(optimizers, phases), dict(loss_weights or {})
        require_weights(loss_weights, self.losses_weighted)
        self._require_classification(classify_every, label_smoothing)
        self.training_precision = TrainingPrecision(self._networks(), precision)
        self.precision = precision
        self.classify_every = classify_every
        self.label_smoothing = label_smoothing
        self.loss_weights = {name: loss_weights.get(name, LOSS_WEIGHTS[name]) for name in self.losses_weighted}
        for phase in self.phases:
            phase.optimizer = optimizers.get(phase.name)
            # As attributes Keras saves them; one of an earlier ``compile`` is no longer used.
            if phase.optimizer is not None or hasattr(self, f"{phase.name}_optimizer"):
                setattr(self, f"{phase.name}_optimizer", phase.optimizer)
        super().compile(optimizer=self.reconstruction.optimizer, **kwargs)
        if self.jit_compile and self.is_distributed:
            warnings.warn("XLA cannot compile a step that replicas share: continuing without jit_compile", stacklevel=2)
            self.jit_compile = False
        for phase in phases:
            phase.optimizer.build(phase.variables)
        for game in self._games():
            game.weigh(self.loss_weights)

    def _require_classification(self, classify_every, label_smoothing):
        if classify_every < 1:
            raise InputError(f"classify_every {classify_every}: expected a number of steps, at least 1")
        if not 0 <= label_smoothing < 1:
            raise InputError(f"label_smoothing {label_smoothing}: expected a share, at least 0 and below 1")
        if not self.learns_to_classify and (classify_every != 1 or label_smoothing):
            raise InputError(
                f"classify_every {classify_every}, label_smoothing {label_smoothing}: expected a model that classifies"
            )

    def make_train_function(self, force=False):
        """Keras's own, but that XLA is left to ``train_step``; see ``training_step``."""
        with keras_internals.without_xla(self):
            super().make_train_function(force)

    def fit(self, x=None, y=None, batch_size=None, *arguments, **settings):
        """Keras's ``fit``, after a look at the first batch.

        Args:
            x: Images, float32 [n, height, width, channels] in ``image_range``; or a data set or generator of batches of
                such images and, where the model reads them, labels.
            y: Labels, int [n], -1 where there is none; for models that read them.
            batch_size: Images in a batch, where ``x`` is an array.
            *arguments: As in ``keras.Model.fit``.
            **settings: As in ``keras.Model.fit``, weights of samples and classes excepted.

        Raises:
            InputError: If the images or labels are not as expected, or are given weights.
            TrainingDivergedError: At the step whose loss is infinite or NaN.
        """
        inputs.require_unweighted(settings)
        self.input_checks.require_to_train(x, y, batch_size, settings.get("validation_data"))
        with translate_non_finite_errors():
            return super().fit(x, y, batch_size, *arguments, **settings)

    def train_on_batch(self, *arguments, **settings):
        """Keras's ``train_on_batch``.

        Raises:
            TrainingDivergedError: If a loss is infinite or NaN.
        """
        with translate_non_finite_errors():
            return super().train_on_batch(*arguments, **settings)

    def evaluate(self, x=None, y=None, batch_size=None, *arguments, **settings):
        """Keras's ``evaluate``, after a look at the first batch; images and labels as in ``fit``.

        Raises:
            InputError: If the images or labels are not as expected.
        """
        self.input_checks.require_to_measure(x, y, batch_size)
        return super().evaluate(x, y, batch_size, *arguments, **settings)

    def predict(self, x, batch_size=None, *arguments, **settings):
        """Keras's ``predict``, after a look at the first batch; images as in ``fit``.

        Raises:
            InputError: If the images are not as expected.
        """
        self.input_checks.require_to_predict(x, batch_size)
        return super().predict(x, batch_size, *arguments, **settings)

    def labels_read(self, training):
        """Which labels a step reads, in training or in ``evaluate``: one of ``inputs.UNREAD``, ``SOME``, ``EVERY``."""
        return inputs.UNREAD

    def unpack(self, data, training=True):
        """The images and the labels of what a step was given, None for labels that are not there.

        Raises:
            InputError: If they are of another shape or type than the model takes.
        """
        images, labels = images_and_labels(data)
        self.input_checks.require_step(images, labels, training)
        return images, labels

    @training_step
    def train_step(self, data):
        """One step on images, or on ``(images, labels)``: the reconstruction phase."""
        images, labels = self.unpack(data)
        noisy = self.corrupt(images)
        with tf.GradientTape() as tape:
            loss = self.reconstruction_error(images, self.infer(noisy), labels)
        self.reconstruction.minimize(tape, loss)
        return self.finish_step()

    def infer(self, images):
        """The ``Latent`` of ``images`` in training, its code drawn from the posterior."""
        outputs = self.encoder_outputs(images, self.seed_generator, training=True)
        return self._latent(outputs, lambda posterior: self._drawn_codes(posterior, self.seed_generator))

    def mean_latent(self, images):
        """The ``Latent`` of ``images`` outside training, its code the mean of the posterior."""
        self.input_checks.require_to_encode(images)
        return self._latent(self.encoder_outputs(images), self.posterior.mean)

    @staticmethod
    def _latent(outputs, code):
        if not isinstance(outputs, (list, tuple)):
            return Latent(code(outputs))
        posterior, logits = outputs
        return Latent(code(posterior), tf.nn.softmax(logits))

    def reconstruction_error(self, images, latent, labels=None):
        """The weighted error of decoding ``latent`` to ``images``, a scalar; tracked."""
        decoded = latent._replace(y=tf.stop_gradient(latent.y)) if self._stops_class_gradient() else latent
        error = self.likelihood.error(images, self._decoder_outputs(decoded, labels, training=True))
        self.reconstruction_loss.track(error, self.reconstruction.optimizer.iterations, _all_values(latent))
        return self.loss_weights["reconstruction"] * error

    def finish_step(self):
        """Ends a training step: updates the EMA of the weights; gives the running means, a dictionary of scalars."""
        self._update_ema()
        return keras_internals.results_of_step(self.get_metrics_result())

    def test_step(self, data):
        """Reconstruction error on images, or on ``(images, labels)``, from the mean codes."""
        images, labels = self.unpack(data, training=False)
        self._measure_reconstruction(images, self.mean_latent(images), labels)
        return keras_internals.results_of_step({"reconstruction_loss": self.reconstruction_loss.result()})

    def call(self, images, labels=None):
        """Reconstructions of ``images``, or of a pair of images and labels, as ``predict`` gives it."""
        if isinstance(images, (tuple, list)):
            images, labels = images
        return self.reconstruct(images, labels)

    def encode(self, images):
        """Mean codes of ``images``, float32 [batch, height, width, channels]: float32 [batch, n_codes].

        Raises:
            InputError: If they are of another size, or the first ones of another range than ``image_range``, with the
                noise of training round it.
        """
        return self.mean_latent(images).z

    def sample_codes(self, images, seed=None):
        """One code drawn from the posterior q(z|x) of each image: float32 [batch, n_codes].

        Args:
            images: float32 [batch, height, width, channels].
            seed: int or ``keras.random.SeedGenerator``; None continues the model's own.

        Raises:
            InputError: As in ``encode``.
        """
        self.input_checks.require_to_encode(images)
        seed = self._seed_or_own(seed)
        outputs = self.encoder_outputs(images, seed)
        return self._latent(outputs, lambda posterior: self._drawn_codes(posterior, seed)).z

    def _drawn_codes(self, posterior, seed):
        """Codes drawn from the posterior, float32 [batch, n_codes], with Gaussian noise of deviation ``code_noise``."""
        codes = self.posterior.sample(posterior, seed)
        if not self.code_noise:
            return codes
        noise = replicas.shard_rows(lambda n: keras.random.normal((n, codes.shape[1]), seed=seed), tf.shape(codes)[0])
        return codes + self.code_noise * noise

    def decode(self, codes, labels=None):
        """Images decoded from ``codes``: float32 [batch, height, width, channels].

        Args:
            codes: float32 [batch, n_codes].
            labels: int [batch], in [0, n_classes), the classes, or clusters, for models whose decoder is given one; the
                others do not read them.

        Raises:
            InputError: If codes or labels are of another shape, the decoder is given a class and there is none, or a
                label is no class.
        """
        codes = keras.ops.convert_to_tensor(codes, "float32")
        inputs.require_codes(codes, self.n_codes)
        return self._decode(Latent(codes), labels)

    def reconstruct(self, images, labels=None):
        """``images`` encoded to their mean codes and decoded again, of the same shape.

        Args:
            images: float32 [batch, height, width, channels].
            labels: int [batch], for models whose decoder is given the label; the others do not read them.

        Raises:
            InputError: As in ``encode`` and ``decode``.
        """
        return self._decode(self.mean_latent(images), labels)

    def sample(self, n, seed=None, labels=None):
        """``n`` images decoded from samples of the prior: float32 [n, height, width, channels].

        Args:
            n: Number of images.
            seed: As in ``sample_codes``.
            labels: int [n], their classes, or clusters, for models whose decoder is given one: drawn, each as likely as
                the others, where None. The others do not read them.
        """
        if not self.has_styles:
            return self.decode(self.prior.sample(n, self._seed_or_own(seed)))
        seed = as_seed_generator(self._seed_or_own(seed))
        codes = self.prior.sample(n, seed)
        if labels is None:
            labels = keras.random.randint((n,), 0, self.n_classes, seed=seed)
        return self.decode(codes, labels)

    def interpolate(self, first, second, n, first_labels=None, second_labels=None):
        """Images on the way between two: decoded from the straight line between their codes.

        Where the decoder is given a class, that goes straight from the one's to the other's as well.

        Args:
            first: float32 [batch, height, width, channels].
            second: As many images.
            n: Places on the way, both ends included, at least 2.
            first_labels: int [batch], for models whose decoder is given the label and whose encoder gives none; the
                others do not read them.
            second_labels: As ``first_labels``.

        Returns:
            float32 [batch, n, height, width, channels].

        Raises:
            InputError: If there are fewer than two places, or as in ``encode`` and ``decode``.
        """
        if n < 2:
            raise InputError(f"{n} places between two images: expected at least 2, both ends")
        ends = [self.mean_latent(first), self.mean_latent(second)]
        if self.is_given_labels:
            labels = first_labels, second_labels
            ends = [Latent(end.z, self._classes(end, given)) for end, given in zip(ends, labels, strict=True)]
        places = []
        for share in np.linspace(0, 1, n, dtype=np.float32):
            between = [None if a is None else (1 - share) * a + share * b for a, b in zip(*ends, strict=True)]
            places.append(self._decode(Latent(*between), None))
        return tf.stack(places, axis=1)

    def _decode(self, latent, labels):
        return self.likelihood.mean(self._decoder_outputs(latent, labels, training=False))

    def _games(self):
        return self.games.both if self.games else []

    def _stops_class_gradient(self):
        return self.games is not None and self.games.stop_class_gradient

    def _networks(self):
        return [getattr(self, name) for name in self.parts if name != "prior"]

    def _autoencoder_variables(self):
        return self.encoder.trainable_variables + self.decoder.trainable_variables

    def _decoder_outputs(self, latent, labels, training):
        """What the decoder says of images with this ``latent``."""
        decoder = self.decoder if training else self.inference_network("decoder")
        return float32(decoder(self._decoder_inputs(latent, labels, training), training=training))

    def _decoder_inputs(self, latent, labels, training):
        """What the decoder is given: the code, here."""
        return latent.z

    def _classes(self, latent, labels):
        """The classes that the decoder is given: the encoder's, or where there are none the ``labels``, one-hot."""
        if latent.y is not None:
            return latent.y
        if labels is None:
            raise InputError(f"a decoder of {self.n_classes} classes without labels: expected int [batch]")
        inputs.require_label_type(labels, self.n_classes, latent.z.shape[0])
        inputs.require_label_values(labels, self.n_classes)
        return tf.one_hot(labels, self.n_classes, dtype=latent.z.dtype)

    def encoder_outputs(self, images, seed=None, training=False):
        """What the encoder says of ``images``; ``seed`` draws the noise of a posterior that feeds it some."""
        encoder = self.encoder if training else self.inference_network("encoder")
        return float32(encoder(self.posterior.encoder_inputs(images, encoder, seed), training=training))

    def _measure_reconstruction(self, images, latent, labels):
        error = self.likelihood.error(images, self._decoder_outputs(latent, labels, training=False))
        # Weighted, because the last batch may be smaller.
        self.reconstruction_loss.update_state(
            loss_of_finite(_all_values(latent), error), sample_weight=tf.shape(images)[0]
        )

    def _track_ema_of(self, *names):
        """Gives each of the parts ``names`` a copy whose weights are the EMA of its own: ``ema_encoder`` and so on."""
        if self.ema_decay:
            for name in names:
                setattr(self, f"ema_{name}", _copy_of(getattr(self, name)))

    def inference_network(self, name):
        """The network that is used for the part ``name`` outside training: the one with EMA weights if there is one."""
        return getattr(self, f"ema_{name}" if self.ema_decay else name)

    def _update_ema(self):
        """Moves the EMA of the weights towards those of the step just made."""
        if not self.ema_decay:
            return
        for name in self.ema_parts:
            for weight, ema in zip(getattr(self, name).weights, self.inference_network(name).weights, strict=True):
                # What a layer counts, as dropout does its draws, has no average.
                if weight.dtype == "float32":
                    ema.assign(self.ema_decay * ema + (1 - self.ema_decay) * weight)

    def _seed_or_own(self, seed):
        return self.seed_generator if seed is None else seed

    def corrupt(self, images):
        """``images`` with the input noise of training."""
        if not (self.input_noise or self.late_input_noise):
            return images

        def noise(n):
            return keras.random.normal((n, *images.shape[1:]), seed=self.seed_generator)

        return images + self._input_noise_now() * replicas.shard_rows(noise, tf.shape(images)[0])

    def _input_noise_now(self):
        """The deviation of the input noise at this step."""
        if self.late_input_noise is None:
            return self.input_noise
        is_late = self.reconstruction.optimizer.iterations >= self.late_noise_from
        return tf.where(is_late, self.late_input_noise, self.input_noise)

    def _require_settings(self):
        for name in ("input_noise", "late_input_noise", "code_noise"):
            if (getattr(self, name) or 0) < 0:
                raise InputError(f"{name} {getattr(self, name)}: expected a standard deviation, 0 or above")
        if not 0 <= self.ema_decay < 1:
            raise InputError(f"ema_decay {self.ema_decay}: expected a decay, at least 0 and below 1; 0 for none")
        if self.likelihood.name == "bernoulli" and self.image_range != (0, 1):
            raise InputError(f"images in {list(self.image_range)} with the bernoulli likelihood: expected [0, 1]")

    def _require_autoencoder(self, heads, decoder_inputs):
        for role in ("encoder", "decoder"):
            require_built(role, getattr(self, role))
        n_inputs, n_expected = len(self.encoder.inputs), 2 if self.posterior.has_noise_input else 1
        if n_inputs != n_expected:
            raise InputError(
                f"an encoder of {n_inputs} inputs with the {self.posterior.name} posterior: expected {n_expected}, "
                f"{'images and noise' if n_expected == 2 else 'the images'}"
            )
        shapes = self.encoder.output_shape
        shapes = shapes if isinstance(shapes, list) else [shapes]
        if len(shapes) != len(heads):
            raise InputError(f"the encoder has {len(shapes)} outputs: expected {len(heads)}, of widths {heads}")
        for shape, width in zip(shapes, heads, strict=True):
            require_width("encoder", "output", shape, width)
        require_width("decoder", "input", self.decoder.input_shape, decoder_inputs)
        if self.decoder.output_shape != self._image_input:
            raise InputError(
                f"the decoder gives {self.decoder.output_shape} and the encoder takes {self._image_input}: "
                "expected the same image shape"
            )

    def export(self, filepath, format="tf_saved_model", verbose=False, input_signature=None, **settings):
        """Writes ``reconstruct`` as a file that answers without this package.

        It takes float32 images [batch, height, width, channels] in ``image_range``, named "images", and where
        ``is_given_labels`` int32 [batch], named "labels"; of a SavedModel as its endpoint ``serve``.

        Args:
            filepath: The file or, of a SavedModel, the folder.
            format: "tf_saved_model", "onnx" (by default in opset 18), or another that Keras knows.
            verbose: Whether Keras tells what it wrote.
            input_signature: As in ``keras.Model.export``, where it is not to be the one above.
            **settings: Passed to ``keras.Model.export``, such as ``opset_version``.

        Raises:
            InputError: If the packages that ONNX needs are missing.
        """
        if format == "onnx":
            export.require_onnx()
            settings = {"opset_version": export.OPSET} | settings
        input_signature = input_signature or export.reconstruction_signature(self)
        super().export(str(filepath), format, verbose, input_signature, **settings)

    def export_endpoints(self, filepath):
        """Writes a SavedModel with ``encode``, ``decode`` and ``classify``; see ``export.export_endpoints``."""
        export.export_endpoints(self, filepath)

    _maybe_symbolic_build = keras_internals.nothing_to_build

    def save_own_variables(self, store):
        """Saves the state of every random generator, dropout's included, which Keras leaves out."""
        for name, variable in self._own_variables().items():
            store[name] = variable.numpy()

    def load_own_variables(self, store):
        """Loads what ``save_own_variables`` saved."""
        for name, variable in self._own_variables().items():
            variable.assign(store[name])

    def _own_variables(self):
        states = keras_internals.random_states(self)
        of_games = self.games.own_variables if self.games else {}
        return {f"random_state_{index}": state for index, state in enumerate(states)} | of_games

    def get_config(self):
        """Configuration that rebuilds the model, networks and prior included."""
        config = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in self.parts}
        config |= {name: getattr(self, name) for name in self.settings}
        config |= self.games.get_config() if self.games else {}
        return config | {"posterior": self.posterior.name, "likelihood": self.likelihood.name}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Rebuilds a model from ``get_config``, today's or that of an earlier version."""
        config = {EARLIER_NAMES.get(name, name): value for name, value in config.items()}
        built = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects)
            for name in cls.parts
        }
        return cls(**config | built)

    def get_compile_config(self):
        """Configuration that compiles the model again."""
        if not self.compiled:
            return {}
        optimizers = {phase.name: phase.optimizer for phase in self.phases if phase.optimizer}
        config = {"optimizers": {name: keras.saving.serialize_keras_object(o) for name, o in optimizers.items()}}
        config |= {"loss_weights": dict(self.loss_weights), "update": self.update}
        return config | {name: getattr(self, name) for name in self.compile_settings}

    def compile_from_config(self, config):
        """Compiles the model from ``get_compile_config``, today's or that of an earlier version."""
        config = current_compile_config(config, self)
        self.compile(**keras.saving.deserialize_keras_object(config))


def _all_values(latent):
    """The code, and beside it the classes: any of them may be non-finite though the loss looks harmless."""
    return latent.z if latent.y is None else tf.concat([latent.z, latent.y], axis=1)


def _copy_of(network):
    """A network of the same layers and weights that is not trained."""
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
