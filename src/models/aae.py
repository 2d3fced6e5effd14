"""The adversarial autoencoders as Keras models, their training steps told in phases (paper, sections 2 to 4)."""

import keras
import tensorflow as tf

from ..errors import InputError
from . import posteriors
from .autoencoder import Autoencoder, default_optimizer, images_and_labels, require_built, require_width
from .priors import Categorical, as_seed_generator
from .regularization import AdversarialGame, loss_of_finite


@keras.saving.register_keras_serializable(package="aae")
class AAE(Autoencoder):
    """Autoencoder whose codes an adversarial game shapes to a prior (paper, section 2, figures 1 to 4).

    Give ``fit`` batches of images, or of ``(images, labels)``: images float32 [batch, height, width, channels] in
    ``image_range``, labels int [batch], -1 where there is none (and everywhere unread without ``n_classes``).

    Args:
        encoder: As of ``Autoencoder``.
        decoder: As of ``Autoencoder``.
        discriminator: Built Keras model from [batch, n_codes], with ``n_classes`` from
            [batch, n_codes + n_classes + 1], to one logit [batch, 1].
        prior: The distribution to impose, such as ``priors.Gaussian``.
        posterior: "gaussian" (reparameterised) or "deterministic".
        n_classes: Number of classes whose one-hot label the discriminator sees, with one extra class for "no label",
            while the prior is sampled from the label's own component (paper, section 2.3); None to ignore labels.
        game: For subclasses: the game, where it is not the usual one of ``prior``, ``discriminator`` and ``n_classes``.
        **settings: As of ``Autoencoder``.

    Raises:
        InputError: If the networks, prior and labels do not fit together, or an argument is out of its range.
    """

    parts = (*Autoencoder.parts, "discriminator")
    settings = (*Autoencoder.settings, "n_classes")
    optimizers = (*Autoencoder.optimizers, "discriminator_optimizer", "generator_optimizer")
    weights_of_losses = (*Autoencoder.weights_of_losses, "discriminator_weight", "generator_weight")

    def __init__(
        self, encoder, decoder, discriminator, prior, posterior="gaussian", n_classes=None, game=None, **settings
    ):
        super().__init__(encoder, decoder, prior, posterior, **settings)
        self.discriminator = discriminator
        self.n_classes = n_classes
        if n_classes is not None and n_classes > prior.n_labels:
            raise InputError(
                f"{n_classes} classes with a prior that knows {prior.n_labels} labels: "
                "expected a component for every class"
            )
        self.game = game or AdversarialGame(prior, discriminator, n_classes)
        _require_discriminator("discriminator", discriminator, self.game.n_inputs)

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase and how often the discriminator is right."""
        return [self.reconstruction_loss, *self.game.metrics]

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
        super().compile(reconstruction_optimizer, reconstruction_weight, **kwargs)
        self.discriminator_optimizer = discriminator_optimizer or default_optimizer()
        self.generator_optimizer = generator_optimizer or default_optimizer()
        self.discriminator_weight = discriminator_weight
        self.generator_weight = generator_weight
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.generator_optimizer.build(self.encoder.trainable_variables)

    def train_step(self, data):
        """One step on images, or ``(images, labels)``: the reconstruction phase, then the regularization phase."""
        images, labels = images_and_labels(data)
        inputs = self._corrupt(images)
        self._reconstruction_phase(inputs, images, labels)
        self._regularization_phase(inputs, labels)
        self._update_average()
        return self.get_metrics_result()

    def _regularization_phase(self, inputs, labels):
        """The discriminator learns to tell codes from the prior; then the encoder learns to pass for the prior.

        Both play on the same codes, so that the encoder runs once: the discriminator's step does not change it.
        """
        with tf.GradientTape() as tape:
            codes = self._training_codes(inputs)
            with tape.stop_recording():
                self._discriminator_phase(codes, labels)
            weighted_loss = self._generator_loss(codes, labels)
        variables = self.encoder.trainable_variables
        self.generator_optimizer.apply(tape.gradient(weighted_loss, variables), variables)

    def _discriminator_phase(self, codes, labels):
        self.game.discriminator_phase(
            codes, labels, self.discriminator_optimizer, self.discriminator_weight, self.seed_generator
        )

    def _generator_loss(self, codes, labels):
        return self.generator_weight * self.game.generator_loss(codes, labels)


@keras.saving.register_keras_serializable(package="aae")
class SupervisedAAE(AAE):
    """Adversarial autoencoder whose decoder is given the label, so that the codes keep the style (paper, figure 6).

    Give ``fit`` batches of ``(images, labels)``; every image has its label.

    That the codes of all images fill the prior does not keep them from telling the classes apart: each class may take a
    region of it. A conditional game closes that way, because its discriminator is given the label too and brings the
    codes of every class to the whole prior. Without it 10 codes carry the class, and the decoder ignores the label.

    Args:
        encoder: As of ``Autoencoder``.
        decoder: Built Keras model from [batch, n_codes + n_classes], codes and one-hot label, to images.
        discriminator: Built Keras model from [batch, n_codes + n_classes + 1], if not ``conditional`` from
            [batch, n_codes], to one logit [batch, 1].
        prior: The distribution to impose on the codes.
        n_classes: Number of classes.
        posterior: "gaussian" (reparameterised) or "deterministic".
        conditional: Whether the discriminator is given the label.
        **settings: As of ``Autoencoder``.

    Raises:
        InputError: As of ``AAE``.
    """

    settings = (*AAE.settings, "conditional")

    def __init__(
        self,
        encoder,
        decoder,
        discriminator,
        prior,
        n_classes,
        posterior="gaussian",
        conditional=True,
        **settings,
    ):
        game = AdversarialGame(prior, discriminator, n_classes if conditional else None, labels_choose=False)
        decoder_inputs = prior.n_codes + n_classes
        super().__init__(
            encoder, decoder, discriminator, prior, posterior, game=game, decoder_inputs=decoder_inputs, **settings
        )
        self.n_classes = n_classes
        self.conditional = conditional

    def train_step(self, data):
        """One step on ``(images, labels)``: reconstruction with the labels given, then regularization."""
        images, labels = images_and_labels(data)
        inputs = self._corrupt(images)
        self._reconstruction_phase(inputs, images, labels)
        self._regularization_phase(inputs, labels)
        self._update_average()
        return self.get_metrics_result()

    def call(self, data, training=False):
        """Reconstructions of ``(images, labels)`` from the mean codes."""
        images, labels = data
        codes = self.posterior.mean(self.encoder(images, training=training))
        return self.likelihood.mean(self.decoder(self._decoder_inputs(codes, labels), training=training))

    def decode(self, codes, labels):
        """Images of the given classes in the style of the given codes.

        Args:
            codes: float32 [batch, n_codes].
            labels: int [batch], in [0, n_classes).

        Returns:
            float32 [batch, height, width, channels].
        """
        return super().decode(self._with_label(codes, labels))

    def reconstruct(self, images, labels):
        """``images`` of the classes ``labels``, int [batch], encoded and decoded again, of the same shape."""
        return self.decode(self.encode(images), labels)

    def sample(self, n, seed=None, labels=None):
        """``n`` images decoded from samples of the prior: float32 [n, height, width, channels].

        Args:
            n: Number of images.
            seed: As in ``sample_codes``.
            labels: int [n], their classes; drawn, each as likely as the others, where None.
        """
        seed = as_seed_generator(self._seed_or_own(seed))
        codes = self.prior.sample(n, seed)
        if labels is None:
            labels = keras.random.randint((n,), 0, self.n_classes, seed=seed)
        return self.decode(codes, labels)

    def _decoder_inputs(self, codes, labels):
        return self._with_label(codes, labels)

    def _with_label(self, codes, labels):
        return tf.concat([codes, tf.one_hot(labels, self.n_classes, dtype=codes.dtype)], axis=1)


@keras.saving.register_keras_serializable(package="aae")
class SemiSupervisedAAE(SupervisedAAE):
    """Adversarial autoencoder that classifies: its encoder gives a class y and a style z (paper, section 4, figure 8).

    One game brings z to its prior, another brings softmax(y) to one-hot vectors, and a classification phase lowers the
    cross-entropy of the images that have a label. The decoder is given both z and softmax(y).

    Give ``fit`` batches of ``(images, labels)``, labels -1 where there is none, or, for labelled images that come in a
    rhythm of their own, of ``(images, (labelled_images, labels))``; see ``data.pipeline.classification_batches``.

    Args:
        encoder: Built Keras model from images to two outputs, that of the posterior and logits [batch, n_classes].
        decoder: Built Keras model from [batch, n_codes + n_classes] to images.
        discriminator: Built Keras model from [batch, n_codes] to one logit [batch, 1].
        class_discriminator: Built Keras model from [batch, n_classes] to one logit [batch, 1].
        prior: The distribution to impose on z.
        n_classes: Number of classes.
        posterior: Of z, "gaussian" (reparameterised) or "deterministic".
        **settings: As of ``Autoencoder``.

    Raises:
        InputError: As of ``AAE``.
    """

    parts = (*AAE.parts, "class_discriminator")
    settings = AAE.settings
    optimizers = (*AAE.optimizers, "class_discriminator_optimizer", "classification_optimizer")
    weights_of_losses = (
        *AAE.weights_of_losses,
        "class_discriminator_weight",
        "class_generator_weight",
        "classification_weight",
        "classify_every",
    )

    def __init__(
        self,
        encoder,
        decoder,
        discriminator,
        class_discriminator,
        prior,
        n_classes,
        posterior="gaussian",
        **settings,
    ):
        heads = [posteriors.get(posterior).n_outputs(prior.n_codes), n_classes]
        super().__init__(encoder, decoder, discriminator, prior, n_classes, posterior, False, heads=heads, **settings)
        self.class_discriminator = class_discriminator
        _require_discriminator("class_discriminator", class_discriminator, n_classes)
        self.class_game = AdversarialGame(Categorical(n_classes), class_discriminator, name="class_")
        self.classification_loss = keras.metrics.Mean("classification_loss")
        self.accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase, and the accuracy on the labelled images it saw."""
        return [*super().metrics, *self.class_game.metrics, self.classification_loss, self.accuracy]

    def compile(
        self,
        reconstruction_optimizer=None,
        discriminator_optimizer=None,
        generator_optimizer=None,
        class_discriminator_optimizer=None,
        classification_optimizer=None,
        class_discriminator_weight=6.0,
        class_generator_weight=6.0,
        classification_weight=1.0,
        classify_every=1,
        **arguments,
    ):
        """Configures training as ``AAE.compile`` does, and the second game and the classification phase.

        One generator optimiser moves the encoder in both games, so that only the ratio of their weights counts.

        Args:
            reconstruction_optimizer: As of ``AAE.compile``.
            discriminator_optimizer: Moves the discriminator of z.
            generator_optimizer: Moves the encoder, as the generator of both games.
            class_discriminator_optimizer: Moves the discriminator of y; default as for the others.
            classification_optimizer: Moves the encoder in the classification phase.
            class_discriminator_weight: Weight of the discriminator loss of y.
            class_generator_weight: Weight of the generator loss of y.
            classification_weight: Weight of the cross-entropy.
            classify_every: Steps between classification phases, at least 1.
            **arguments: As of ``AAE.compile``.

        Raises:
            InputError: If ``classify_every`` is below 1.
        """
        if classify_every < 1:
            raise InputError(f"classify_every {classify_every}: expected a number of steps, at least 1")
        super().compile(reconstruction_optimizer, discriminator_optimizer, generator_optimizer, **arguments)
        self.class_discriminator_optimizer = class_discriminator_optimizer or default_optimizer()
        self.classification_optimizer = classification_optimizer or default_optimizer()
        self.class_discriminator_weight = class_discriminator_weight
        self.class_generator_weight = class_generator_weight
        self.classification_weight = classification_weight
        self.classify_every = classify_every
        self.class_discriminator_optimizer.build(self.class_discriminator.trainable_variables)
        self.classification_optimizer.build(self.encoder.trainable_variables)

    def train_step(self, data):
        """One step: reconstruction and regularization on the images, classification on those with a label."""
        images, labelled = images_and_labels(data)
        if not isinstance(labelled, (tuple, list)):
            labelled = images, labelled
        is_due = self.reconstruction_optimizer.iterations % self.classify_every == 0
        inputs = self._corrupt(images)
        self._reconstruction_phase(inputs, images, None)
        self._regularization_phase(inputs, None)
        tf.cond(is_due, lambda: self._classification_phase(*labelled), lambda: None)
        self._update_average()
        return self.get_metrics_result()

    def _classification_phase(self, images, labels):
        """The encoder learns the class of the images that have a label."""
        has_label = tf.cast(labels >= 0, tf.float32)
        inputs = self._corrupt(images)
        with tf.GradientTape() as tape:
            _, logits = self.encoder(inputs, training=True)
            # The label of an image without one is anything; its weight is 0.
            errors = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), logits)
            loss = tf.math.divide_no_nan(tf.reduce_sum(has_label * errors), tf.reduce_sum(has_label))
            weighted_loss = self.classification_weight * loss
        variables = self.encoder.trainable_variables
        gradients = tape.gradient(weighted_loss, variables)
        moved = [
            (gradient, variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        ]
        self.classification_optimizer.apply(*zip(*moved, strict=True))
        self.classification_loss.update_state(loss_of_finite(logits, loss))
        self.accuracy.update_state(labels, logits, sample_weight=has_label)

    def test_step(self, data):
        """Reconstruction error and accuracy on ``(images, labels)``."""
        images, labels = images_and_labels(data)
        codes, classes = self._codes_and_classes(images)
        self._measure_reconstruction(images, tf.concat([codes, classes], axis=1), labels)
        self.accuracy.update_state(labels, classes)
        return {"reconstruction_loss": self.reconstruction_loss.result(), "accuracy": self.accuracy.result()}

    def call(self, images, training=False):
        """Reconstructions of ``images`` from their mean codes and the probabilities of their classes."""
        posterior, logits = self.encoder(images, training=training)
        inputs = tf.concat([self.posterior.mean(posterior), tf.nn.softmax(logits)], axis=1)
        return self.likelihood.mean(self.decoder(inputs, training=training))

    def classify(self, images):
        """Probabilities q(y|x) of the classes of ``images``: float32 [batch, n_classes]."""
        return self._codes_and_classes(images)[1]

    def reconstruct(self, images, labels=None):
        """``images`` encoded to codes and classes and decoded again, of the same shape; ``labels`` are not read."""
        return Autoencoder.decode(self, tf.concat(self._codes_and_classes(images), axis=1))

    def _codes_and_classes(self, images):
        posterior, logits = self._evaluated_encoder()(images, training=False)
        return self.posterior.mean(posterior), tf.nn.softmax(logits)

    def _posterior_outputs(self, images):
        return super()._posterior_outputs(images)[0]

    def _training_codes(self, inputs):
        """Codes drawn from the posterior, and beside them the probabilities of the classes."""
        posterior, logits = self.encoder(inputs, training=True)
        codes = self.posterior.sample(posterior, self.seed_generator)
        return tf.concat([codes, tf.nn.softmax(logits)], axis=1)

    def _decoder_inputs(self, codes, labels):
        """The codes, beside which the classes stand already."""
        return codes

    def _discriminator_phase(self, codes, labels):
        codes, classes = self._split(codes)
        super()._discriminator_phase(codes, labels)
        self.class_game.discriminator_phase(
            classes,
            labels,
            self.class_discriminator_optimizer,
            self.class_discriminator_weight,
            self.seed_generator,
        )

    def _generator_loss(self, codes, labels):
        codes, classes = self._split(codes)
        class_loss = self.class_generator_weight * self.class_game.generator_loss(classes, labels)
        return super()._generator_loss(codes, labels) + class_loss

    def _split(self, codes):
        return tf.split(codes, [self.n_codes, self.n_classes], axis=1)


def _require_discriminator(role, network, n_inputs):
    require_built(role, network)
    require_width(role, "input", network.input_shape, n_inputs)
    require_width(role, "output", network.output_shape, 1)
