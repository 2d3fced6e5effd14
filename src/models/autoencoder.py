"""The autoencoder, plain or denoising: what every model here is built on."""

import warnings

import keras
import tensorflow as tf

from ..errors import InputError
from . import likelihoods, posteriors, replicas
from .losses import PhaseLoss, loss_of_finite
from .optimizers import default_optimizer
from .precision import TrainingPrecision, float32
from .xla import compiled_where_asked


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
        average: Decay, in [0, 1), of an exponential moving average over the training steps of the weights of encoder
            and decoder; above 0, the averaged weights are those that encode and decode outside training.
        seed: Seed of all noise and prior samples; their state is saved with the model.
        heads: For subclasses: widths of the encoder's outputs, where it has more than the codes'.
        decoder_inputs: For subclasses: width of the decoder's input, where it is given more than the codes.

    Raises:
        InputError: If the networks and the prior do not fit together, or an argument is out of its range.
    """

    parts = ("encoder", "decoder", "prior")
    averaged_parts = ("encoder", "decoder")
    settings = ("image_range", "input_noise", "average", "seed", "name")
    optimizers = ("reconstruction_optimizer",)
    weights_of_losses = ("reconstruction_weight",)
    ways = ("precision", "jit_compile")

    def __init__(
        self,
        encoder,
        decoder,
        prior,
        posterior="deterministic",
        likelihood="gaussian",
        image_range=(-1.0, 1.0),
        input_noise=0.0,
        average=0.0,
        seed=0,
        heads=None,
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
        self.average = average
        self.seed = seed
        self._require_settings()
        self._require_autoencoder(heads or [self.posterior.n_outputs(prior.n_codes)], decoder_inputs or prior.n_codes)
        self._average_weights_of("encoder", "decoder")
        self.is_distributed = tf.distribute.has_strategy()
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.reconstruction_loss = PhaseLoss("reconstruction")
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

    def compile(self, reconstruction_optimizer=None, reconstruction_weight=1.0, precision="float32", **kwargs):
        """Configures training: an optimiser and a loss weight for the reconstruction phase.

        Reported losses are not weighted. With Adam a weight cancels out of the update, but for Adam's epsilon.

        Args:
            reconstruction_optimizer: Moves encoder and decoder; default Adam(2e-4, beta_1=0.5).
            reconstruction_weight: Weight of the reconstruction loss.
            precision: In which training computes, "float32" or "bfloat16"; see ``precision``.
            **kwargs: Passed to ``keras.Model.compile``, such as ``jit_compile``, which does not hold under a
                ``tf.distribute`` strategy.

        Raises:
            InputError: If there is no such precision.
        """
        self.training_precision = TrainingPrecision(self._networks(), precision)
        self.precision = precision
        self.reconstruction_optimizer = reconstruction_optimizer or default_optimizer()
        super().compile(optimizer=self.reconstruction_optimizer, **kwargs)
        if self.jit_compile and self.is_distributed:
            warnings.warn("XLA cannot compile a step that replicas share: going on without jit_compile", stacklevel=2)
            self.jit_compile = False
        self.reconstruction_weight = reconstruction_weight
        self.reconstruction_optimizer.build(self._autoencoder_variables())

    def make_train_function(self, force=False):
        """Keras's own, but that XLA is left to ``train_step``; see ``compiled_where_asked``."""
        jit_compile, self.jit_compile = self.jit_compile, False
        try:
            super().make_train_function(force)
        finally:
            self.jit_compile = jit_compile

    @compiled_where_asked
    def train_step(self, data):
        """One step on images, or on ``(images, labels)``: the reconstruction phase."""
        images, labels = images_and_labels(data)
        with self.training_precision:
            self._reconstruction_phase(self._corrupt(images), images, labels)
        self._update_average()
        return replicas.results(self.get_metrics_result())

    def _reconstruction_phase(self, inputs, images, labels):
        """Encoder and decoder together lower the reconstruction error."""
        with tf.GradientTape() as tape:
            codes = self._training_codes(inputs)
            loss = self.likelihood.error(images, self._decoder_outputs(codes, labels, training=True))
            weighted_loss = replicas.share(self.reconstruction_weight * loss)
        variables = self._autoencoder_variables()
        self.reconstruction_loss.note(loss, self.reconstruction_optimizer.iterations, codes)
        self.reconstruction_optimizer.apply(tape.gradient(weighted_loss, variables), variables)

    def test_step(self, data):
        """Reconstruction error on images, or on ``(images, labels)``, from the mean codes."""
        images, labels = images_and_labels(data)
        self._measure_reconstruction(images, self.encode(images), labels)
        return replicas.results({"reconstruction_loss": self.reconstruction_loss.result()})

    def call(self, images):
        """Reconstructions of ``images`` from their mean codes."""
        return self.reconstruct(images)

    def encode(self, images):
        """Mean codes of ``images``, float32 [batch, height, width, channels]: float32 [batch, n_codes]."""
        return self.posterior.mean(self._posterior_outputs(images))

    def sample_codes(self, images, seed=None):
        """One code drawn from the posterior q(z|x) of each image: float32 [batch, n_codes].

        Args:
            images: float32 [batch, height, width, channels].
            seed: int or ``keras.random.SeedGenerator``; None goes on with the model's own.
        """
        seed = self._seed_or_own(seed)
        return self.posterior.sample(self._posterior_outputs(images, seed), seed)

    def decode(self, codes):
        """Images decoded from ``codes``, float32 [batch, n_codes]: float32 [batch, height, width, channels]."""
        return self.likelihood.mean(float32(self._evaluated("decoder")(codes, training=False)))

    def reconstruct(self, images, labels=None):
        """``images`` encoded to their mean codes and decoded again, of the same shape.

        Args:
            images: float32 [batch, height, width, channels].
            labels: int [batch], for models whose decoder is given the label; the others do not read them.
        """
        return self.decode(self.encode(images))

    def sample(self, n, seed=None):
        """``n`` images decoded from samples of the prior: float32 [n, height, width, channels].

        Args:
            n: Number of images.
            seed: As in ``sample_codes``.
        """
        return self.decode(self.prior.sample(n, self._seed_or_own(seed)))

    def _networks(self):
        return [getattr(self, name) for name in self.parts if name != "prior"]

    def _autoencoder_variables(self):
        return self.encoder.trainable_variables + self.decoder.trainable_variables

    def _training_codes(self, inputs):
        return self.posterior.sample(self._encoder_outputs(inputs, self.seed_generator, True), self.seed_generator)

    def _decoder_outputs(self, codes, labels, training):
        """What the decoder says of an image with these ``codes``."""
        decoder = self.decoder if training else self._evaluated("decoder")
        return float32(decoder(self._decoder_inputs(codes, labels, training), training=training))

    def _decoder_inputs(self, codes, labels, training):
        """What the decoder is given: the codes, here."""
        return codes

    def _encoder_outputs(self, images, seed=None, training=False):
        """What the encoder says of ``images``; ``seed`` draws the noise of a posterior that feeds it some."""
        encoder = self.encoder if training else self._evaluated("encoder")
        return float32(encoder(self.posterior.encoder_inputs(images, encoder, seed), training=training))

    def _posterior_outputs(self, images, seed=None):
        return self._encoder_outputs(images, seed)

    def _measure_reconstruction(self, images, codes, labels):
        # Weighted, because the last batch may be smaller.
        error = loss_of_finite(codes, self.likelihood.error(images, self._decoder_outputs(codes, labels, False)))
        self.reconstruction_loss.update_state(error, sample_weight=tf.shape(images)[0])

    def _average_weights_of(self, *names):
        """Gives each of the parts ``names`` a twin whose weights are the moving averages of its own."""
        if self.average:
            for name in names:
                setattr(self, f"averaged_{name}", _twin(getattr(self, name)))

    def _evaluated(self, name):
        """The part called ``name`` as it answers outside training: its averaged twin where there is one."""
        return getattr(self, f"averaged_{name}" if self.average else name)

    def _update_average(self):
        """Moves the averaged weights towards those of the step just made."""
        if not self.average:
            return
        for name in self.averaged_parts:
            for weight, mean in zip(getattr(self, name).weights, self._evaluated(name).weights, strict=True):
                # What a layer counts, as dropout does its draws, has no mean.
                if weight.dtype == "float32":
                    mean.assign(self.average * mean + (1 - self.average) * weight)

    def _seed_or_own(self, seed):
        return self.seed_generator if seed is None else seed

    def _corrupt(self, images):
        if not self.input_noise:
            return images

        def noise(n):
            return keras.random.normal((n, *images.shape[1:]), seed=self.seed_generator)

        return images + self.input_noise * replicas.own_rows(noise, tf.shape(images)[0])

    def _require_settings(self):
        if self.input_noise < 0:
            raise InputError(f"input_noise {self.input_noise}: expected a standard deviation, 0 or above")
        if not 0 <= self.average < 1:
            raise InputError(f"average {self.average}: expected a decay, at least 0 and below 1; 0 for none")
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

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing is left to build. Keras's own averages a batch over the workers, and fails where it is a tuple."""

    def save_own_variables(self, store):
        """Saves the state of every random generator, dropout's included, which Keras leaves out."""
        for index, state in enumerate(self._random_states()):
            store[f"random_state_{index}"] = state.numpy()

    def load_own_variables(self, store):
        """Loads what ``save_own_variables`` saved."""
        for index, state in enumerate(self._random_states()):
            state.assign(store[f"random_state_{index}"])

    def _random_states(self):
        return [variable for variable in self.variables if variable.name == "seed_generator_state"]

    def get_config(self):
        """Configuration that rebuilds the model, networks and prior included."""
        config = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in self.parts}
        config |= {name: getattr(self, name) for name in self.settings}
        return config | {"posterior": self.posterior.name, "likelihood": self.likelihood.name}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Rebuilds a model from ``get_config``."""
        built = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects)
            for name in cls.parts
        }
        return cls(**config | built)

    def get_compile_config(self):
        """Configuration that compiles the model again."""
        if not self.compiled:
            return {}
        config = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in self.optimizers}
        return config | {name: getattr(self, name) for name in (*self.weights_of_losses, *self.ways)}

    def compile_from_config(self, config):
        """Compiles the model from ``get_compile_config``."""
        self.compile(**keras.saving.deserialize_keras_object(config))


def images_and_labels(data):
    """The images and the labels of what ``fit`` or ``evaluate`` was given, None for labels that are not there."""
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    return images, labels


def require_built(role, network):
    """Refuses a network whose shapes are not known yet."""
    if not network.built:
        raise InputError(f"{role} is not built: begin it with keras.Input, so that its shapes are known")


def require_width(role, side, shape, expected):
    """Refuses a network whose input or output is not [batch, ``expected``]."""
    if len(shape) != 2 or shape[1] != expected:
        raise InputError(f"the {role}'s {side} has shape {shape}: expected (None, {expected})")


def _twin(network):
    """A network of the same layers and weights, that training does not move."""
    twin = keras.models.clone_model(network)
    twin.set_weights(network.get_weights())
    twin.trainable = False
    return twin
