"""The adversarial autoencoder as a Keras model, its training step told in phases (paper, section 2)."""

import keras
import tensorflow as tf

from ..errors import InputError
from . import posteriors
from .regularization import AdversarialGame, discriminator_loss, generator_loss


@keras.saving.register_keras_serializable(package="aae")
class AAE(keras.Model):
    """Autoencoder whose codes an adversarial game shapes to a prior (paper, section 2, figures 1 to 4).

    Give ``fit`` batches of ``(images, labels)``: images float32 [batch, height, width, channels] in the range of the
    decoder's output, labels int [batch], -1 where there is none (and everywhere unread without ``n_classes``).

    Args:
        encoder: Built Keras model from images to [batch, n_codes] for the deterministic posterior, to
            [batch, 2 n_codes] (means, then raw scales) for the Gaussian one.
        decoder: Built Keras model from [batch, n_codes] to images.
        discriminator: Built Keras model from [batch, n_codes], with ``n_classes`` from
            [batch, n_codes + n_classes + 1], to one logit [batch, 1].
        prior: The distribution to impose, such as ``priors.Gaussian``.
        posterior: "gaussian" (reparameterised) or "deterministic".
        n_classes: Number of classes whose one-hot label the discriminator sees, with one extra class for "no label",
            while the prior is sampled from the label's own component (paper, section 2.3); None to ignore labels.
        input_noise: Standard deviation of Gaussian noise on the encoder's input in training.
        seed: Seed of all noise and prior samples; their state is saved with the model.

    Raises:
        InputError: If the networks, prior and labels do not fit together, or an argument is out of its range.
    """

    def __init__(
        self,
        encoder,
        decoder,
        discriminator,
        prior,
        posterior="gaussian",
        n_classes=None,
        input_noise=0.0,
        seed=0,
        name="aae",
        **kwargs,
    ):
        super().__init__(name=name, **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.discriminator = discriminator
        self.prior = prior
        self.posterior = posteriors.get(posterior)
        self.n_classes = n_classes
        self.input_noise = input_noise
        self.seed = seed
        self._require_matching_parts()
        self.game = AdversarialGame(prior, discriminator, n_classes)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.reconstruction_loss = keras.metrics.Mean("reconstruction_loss")
        self.discriminator_loss = keras.metrics.Mean("discriminator_loss")
        self.generator_loss = keras.metrics.Mean("generator_loss")
        self.accuracy_real = keras.metrics.Mean("discriminator_accuracy_real")
        self.accuracy_fake = keras.metrics.Mean("discriminator_accuracy_fake")
        self.built = True

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase and how often the discriminator is right."""
        losses = [self.reconstruction_loss, self.discriminator_loss, self.generator_loss]
        return [*losses, self.accuracy_real, self.accuracy_fake]

    @property
    def image_shape(self):
        """Shape of one image: (height, width, channels)."""
        return tuple(self.encoder.input_shape[1:])

    @property
    def n_codes(self):
        """Number of codes."""
        return self.prior.n_codes

    def compile(
        self,
        reconstruction_optimizer=None,
        discriminator_optimizer=None,
        generator_optimizer=None,
        reconstruction_weight=1.0,
        discriminator_weight=6.0,
        generator_weight=6.0,
        **kwargs,
    ):
        """Configures training: one optimiser and one loss weight for each phase.

        Reported losses are not weighted. With Adam a weight cancels out of the update, but for Adam's epsilon.

        Args:
            reconstruction_optimizer: Moves encoder and decoder; default Adam(2e-4, beta_1=0.5), as for the others.
            discriminator_optimizer: Moves the discriminator.
            generator_optimizer: Moves the encoder, as the generator of the game.
            reconstruction_weight: Weight of the reconstruction loss.
            discriminator_weight: Weight of the discriminator loss.
            generator_weight: Weight of the generator loss.
            **kwargs: Passed to ``keras.Model.compile``, such as ``jit_compile``.
        """
        self.reconstruction_optimizer = reconstruction_optimizer or _default_optimizer()
        self.discriminator_optimizer = discriminator_optimizer or _default_optimizer()
        self.generator_optimizer = generator_optimizer or _default_optimizer()
        super().compile(optimizer=self.reconstruction_optimizer, **kwargs)
        self.reconstruction_weight = reconstruction_weight
        self.discriminator_weight = discriminator_weight
        self.generator_weight = generator_weight
        self.reconstruction_optimizer.build(self.encoder.trainable_variables + self.decoder.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.generator_optimizer.build(self.encoder.trainable_variables)

    def train_step(self, data):
        """One step on ``(images, labels)``: the reconstruction phase, then the regularization phase."""
        images, labels = data
        inputs = self._corrupt(images)
        self._reconstruction_phase(inputs, images)
        self._regularization_phase(inputs, labels)
        return self.get_metrics_result()

    def _reconstruction_phase(self, inputs, images):
        """Encoder and decoder together lower the reconstruction error."""
        with tf.GradientTape() as tape:
            codes = self._training_codes(inputs)
            reconstructions = self.decoder(codes, training=True)
            loss = reconstruction_error(images, reconstructions)
            weighted_loss = self.reconstruction_weight * loss
        variables = self.encoder.trainable_variables + self.decoder.trainable_variables
        self.reconstruction_optimizer.apply(tape.gradient(weighted_loss, variables), variables)
        self.reconstruction_loss.update_state(_loss_of_finite(codes, loss))

    def _regularization_phase(self, inputs, labels):
        """The discriminator learns to tell codes from the prior; then the encoder learns to pass for the prior.

        Both play on the same codes, so that the encoder runs once: the discriminator's step does not change it.
        """
        with tf.GradientTape() as tape:
            codes = self._training_codes(inputs)
            with tape.stop_recording():
                self._discriminator_phase(codes, labels)
            loss = generator_loss(self.game.logits(codes, labels, training=True))
            weighted_loss = self.generator_weight * loss
        variables = self.encoder.trainable_variables
        self.generator_optimizer.apply(tape.gradient(weighted_loss, variables), variables)
        self.generator_loss.update_state(_loss_of_finite(codes, loss))

    def _discriminator_phase(self, codes, labels):
        prior_samples = self.game.sample_prior(labels, self.seed_generator)
        with tf.GradientTape() as tape:
            prior_logits = self.game.logits(prior_samples, labels, training=True)
            code_logits = self.game.logits(codes, labels, training=True)
            loss = discriminator_loss(prior_logits, code_logits)
            weighted_loss = self.discriminator_weight * loss
        variables = self.discriminator.trainable_variables
        self.discriminator_optimizer.apply(tape.gradient(weighted_loss, variables), variables)
        self.discriminator_loss.update_state(loss)
        self.accuracy_real.update_state(prior_logits > 0)
        self.accuracy_fake.update_state(code_logits < 0)

    def test_step(self, data):
        """Reconstruction error on ``(images, labels)`` from the mean codes."""
        images = data[0]
        codes = self.encode(images)
        loss = reconstruction_error(images, self.decode(codes))
        self.reconstruction_loss.update_state(_loss_of_finite(codes, loss))
        return {"reconstruction_loss": self.reconstruction_loss.result()}

    def call(self, images, training=False):
        """Reconstructions of ``images`` from their mean codes."""
        return self.decoder(self.posterior.mean(self.encoder(images, training=training)), training=training)

    def encode(self, images):
        """Mean codes of ``images``, float32 [batch, height, width, channels]: float32 [batch, n_codes]."""
        return self.posterior.mean(self.encoder(images, training=False))

    def sample_codes(self, images, seed=None):
        """One code drawn from the posterior q(z|x) of each image: float32 [batch, n_codes].

        Args:
            images: float32 [batch, height, width, channels].
            seed: int or ``keras.random.SeedGenerator``; None goes on with the model's own.
        """
        return self.posterior.sample(self.encoder(images, training=False), self._seed_or_own(seed))

    def decode(self, codes):
        """Images decoded from ``codes``, float32 [batch, n_codes]: float32 [batch, height, width, channels]."""
        return self.decoder(codes, training=False)

    def reconstruct(self, images):
        """``images`` encoded to their mean codes and decoded again, of the same shape."""
        return self.decode(self.encode(images))

    def sample(self, n, seed=None):
        """``n`` images decoded from samples of the prior: float32 [n, height, width, channels].

        Args:
            n: Number of images.
            seed: As in ``sample_codes``.
        """
        return self.decode(self.prior.sample(n, self._seed_or_own(seed)))

    def _training_codes(self, inputs):
        return self.posterior.sample(self.encoder(inputs, training=True), self.seed_generator)

    def _seed_or_own(self, seed):
        return self.seed_generator if seed is None else seed

    def _corrupt(self, images):
        if not self.input_noise:
            return images
        return images + self.input_noise * keras.random.normal(tf.shape(images), seed=self.seed_generator)

    def _require_matching_parts(self):
        for role in ("encoder", "decoder", "discriminator"):
            if not getattr(self, role).built:
                raise InputError(f"{role} is not built: begin it with keras.Input, so that its shapes are known")
        n_codes = self.prior.n_codes
        n_seen = n_codes if self.n_classes is None else n_codes + self.n_classes + 1
        _require_width("encoder", "output", self.encoder.output_shape, self.posterior.n_outputs(n_codes))
        _require_width("decoder", "input", self.decoder.input_shape, n_codes)
        _require_width("discriminator", "input", self.discriminator.input_shape, n_seen)
        _require_width("discriminator", "output", self.discriminator.output_shape, 1)
        if self.decoder.output_shape != self.encoder.input_shape:
            raise InputError(
                f"the decoder gives {self.decoder.output_shape} and the encoder takes {self.encoder.input_shape}: "
                "expected the same image shape"
            )
        if self.n_classes is not None and self.n_classes > self.prior.n_labels:
            raise InputError(
                f"{self.n_classes} classes with a prior that knows {self.prior.n_labels} labels: "
                "expected a component for every class"
            )
        if self.input_noise < 0:
            raise InputError(f"input_noise {self.input_noise}: expected a standard deviation, 0 or above")

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
        parts = {role: getattr(self, role) for role in ("encoder", "decoder", "discriminator", "prior")}
        config = {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()}
        return config | {
            "posterior": self.posterior.name,
            "n_classes": self.n_classes,
            "input_noise": self.input_noise,
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Rebuilds a model from ``get_config``."""
        parts = {role: config[role] for role in ("encoder", "decoder", "discriminator", "prior")}
        built = {
            role: keras.saving.deserialize_keras_object(part, custom_objects=custom_objects)
            for role, part in parts.items()
        }
        return cls(**config | built)

    def get_compile_config(self):
        """Configuration that compiles the model again."""
        if not self.compiled:
            return {}
        optimizers = ("reconstruction_optimizer", "discriminator_optimizer", "generator_optimizer")
        weights = ("reconstruction_weight", "discriminator_weight", "generator_weight")
        config = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in optimizers}
        return config | {name: getattr(self, name) for name in weights}

    def compile_from_config(self, config):
        """Compiles the model from ``get_compile_config``."""
        self.compile(**keras.saving.deserialize_keras_object(config))


def reconstruction_error(images, reconstructions):
    """½ squared error summed over the pixels, mean over the batch: a scalar."""
    squares = tf.math.squared_difference(images, reconstructions)
    return 0.5 * tf.reduce_mean(tf.reduce_sum(squares, axis=list(range(1, len(images.shape)))))


def _loss_of_finite(codes, loss):
    """``loss``, or NaN if any of ``codes`` is not finite, which the next ReLU may turn into a harmless-looking 0."""
    return tf.where(tf.reduce_all(tf.math.is_finite(codes)), loss, float("nan"))


def _default_optimizer():
    return keras.optimizers.Adam(2e-4, beta_1=0.5)


def _require_width(role, side, shape, expected):
    if len(shape) != 2 or shape[1] != expected:
        raise InputError(f"the {role}'s {side} has shape {shape}: expected (None, {expected})")
