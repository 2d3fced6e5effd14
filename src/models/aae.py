"""The adversarial autoencoders as Keras models, with training steps in phases (paper, sections 2 to 6)."""

import keras
import tensorflow as tf

from ..errors import InputError
from . import inputs, keras_internals
from .autoencoder import Autoencoder
from .checks import require_discriminator, require_width
from .class_game import TwoGames, with_neighbours
from .classification import Classification, labelled_images
from .heads import separation_loss
from .losses import LossTracker
from .phase import Phase, minimize_together
from .precision import float32
from .regularization import AdversarialGame
from .training_step import training_step

GAME = ("discriminator", "generator")
GAMES = (*GAME, "class_discriminator", "class_generator")


# Methods of several of the models below, which have no ancestor but Autoencoder.
def _class_probabilities(self, images):
    """Probabilities q(y|x) of the classes, or clusters, of ``images``: float32 [batch, n_classes]."""
    return self.mean_latent(images).y


def _code_and_class(self, latent, labels, training):
    """What the decoder is given: the code, and the class beside it."""
    return tf.concat([latent.z, self._classes(latent, labels)], axis=1)


@keras.saving.register_keras_serializable(package="aae")
class AAE(Autoencoder):
    """Autoencoder whose codes an adversarial game shapes to a prior (paper, section 2, figures 1 to 4).

    Give ``fit`` batches of images, or of ``(images, labels)``: images float32 [batch, height, width, channels] in
    ``image_range``, labels int [batch], -1 where there is none (and everywhere unread without ``n_classes``).

    Args:
        encoder: As in ``Autoencoder``.
        decoder: As in ``Autoencoder``.
        discriminator: Built Keras model from [batch, n_codes], with ``n_classes`` from
            [batch, n_codes + n_classes + 1], to one logit [batch, 1].
        prior: The distribution to impose, such as ``priors.Gaussian``.
        posterior: "gaussian" (reparameterised), "deterministic" or "universal"; see ``posteriors``.
        n_classes: Number of classes whose one-hot label the discriminator sees, with one extra class for "no label",
            while the prior is sampled from the label's own component (paper, section 2.3); None to ignore labels.
        **settings: As in ``Autoencoder``.

    Raises:
        InputError: If the networks, prior and labels do not fit together, or an argument is out of its range.
    """

    parts = (*Autoencoder.parts, "discriminator")
    settings = (*Autoencoder.settings, "n_classes")
    losses_weighted = (*Autoencoder.losses_weighted, *GAME)
    compile_settings = (*Autoencoder.compile_settings, "update")

    def __init__(self, encoder, decoder, discriminator, prior, posterior="gaussian", n_classes=None, **settings):
        super().__init__(encoder, decoder, prior, posterior, **settings)
        self.discriminator = discriminator
        self.n_classes = n_classes
        if n_classes is not None and n_classes > prior.n_labels:
            raise InputError(
                f"{n_classes} classes with a prior that knows {prior.n_labels} labels: "
                "expected a component for every class"
            )
        self.game = AdversarialGame(prior, discriminator, n_classes)
        self.generator = Phase("generator", lambda: encoder.trainable_variables, in_joint=False)
        require_discriminator("discriminator", discriminator, self.game.n_inputs)

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase and how often the discriminator is right."""
        return [self.reconstruction_loss, *self.game.metrics]

    @property
    def phases(self):
        """As in ``Autoencoder``."""
        return [self.reconstruction, self.game.phase, self.generator]

    def labels_read(self, training):
        """As in ``Autoencoder``: those that there are, where the discriminator sees them."""
        return inputs.SOME if training and self.n_classes is not None else inputs.UNREAD

    def _games(self):
        return [self.game]

    @training_step
    def train_step(self, data):
        """One step on images, or ``(images, labels)``: reconstruction, then regularisation, or both jointly."""
        images, labels = self.unpack(data)
        noisy = self.corrupt(images)
        if self.update == "joint":
            with tf.GradientTape(persistent=True) as tape:
                latent = self.infer(noisy)
                generator_loss, opponent = self.game.losses(latent.z, labels, self.seed_generator)
                loss = self.reconstruction_error(images, latent, labels) + generator_loss
            minimize_together(tape, [(self.reconstruction, loss), (self.game.phase, opponent)])
            return self.finish_step()
        with tf.GradientTape() as tape:
            loss = self.reconstruction_error(images, self.infer(noisy), labels)
        self.reconstruction.minimize(tape, loss)
        with tf.GradientTape() as tape:
            loss = self.game.play(tape, self.infer(noisy).z, labels, self.seed_generator)
        self.generator.minimize(tape, loss)
        return self.finish_step()


@keras.saving.register_keras_serializable(package="aae")
class SupervisedAAE(Autoencoder):
    """Adversarial autoencoder whose decoder is given the label, so that the codes keep the style (paper, figure 6).

    Give ``fit`` batches of ``(images, labels)``; every image has its label.

    That the codes of all images fill the prior does not keep them from telling the classes apart: each class may take a
    region of it. A conditional game closes that way, because its discriminator is given the label too and brings the
    codes of every class to the whole prior. Without it 10 codes carry the class, and the decoder ignores the label.

    Args:
        encoder: As in ``Autoencoder``.
        decoder: Built Keras model from [batch, n_codes + n_classes], codes and one-hot label, to images.
        discriminator: Built Keras model from [batch, n_codes + n_classes + 1], if not ``conditional`` from
            [batch, n_codes], to one logit [batch, 1].
        prior: The distribution to impose on the codes.
        n_classes: Number of classes.
        posterior: As in ``AAE``.
        conditional: Whether the discriminator is given the label.
        **settings: As in ``Autoencoder``.

    Raises:
        InputError: As in ``AAE``.
    """

    has_styles = True
    parts = (*Autoencoder.parts, "discriminator")
    settings = (*Autoencoder.settings, "n_classes", "conditional")
    losses_weighted = (*Autoencoder.losses_weighted, *GAME)
    compile_settings = (*Autoencoder.compile_settings, "update")

    def __init__(
        self, encoder, decoder, discriminator, prior, n_classes, posterior="gaussian", conditional=True, **settings
    ):
        super().__init__(encoder, decoder, prior, posterior, decoder_inputs=prior.n_codes + n_classes, **settings)
        self.discriminator = discriminator
        self.n_classes = n_classes
        self.conditional = conditional
        self.game = AdversarialGame(prior, discriminator, n_classes if conditional else None, labels_choose=False)
        self.generator = Phase("generator", lambda: encoder.trainable_variables, in_joint=False)
        require_discriminator("discriminator", discriminator, self.game.n_inputs)

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase and how often the discriminator is right."""
        return [self.reconstruction_loss, *self.game.metrics]

    @property
    def phases(self):
        """As in ``Autoencoder``."""
        return [self.reconstruction, self.game.phase, self.generator]

    def labels_read(self, training):
        """As in ``Autoencoder``: one for every image."""
        return inputs.EVERY

    def _games(self):
        return [self.game]

    @training_step
    def train_step(self, data):
        """One step on ``(images, labels)``: reconstruction with the labels given, then regularisation, or jointly."""
        images, labels = self.unpack(data)
        noisy = self.corrupt(images)
        if self.update == "joint":
            with tf.GradientTape(persistent=True) as tape:
                latent = self.infer(noisy)
                generator_loss, opponent = self.game.losses(latent.z, labels, self.seed_generator)
                loss = self.reconstruction_error(images, latent, labels) + generator_loss
            minimize_together(tape, [(self.reconstruction, loss), (self.game.phase, opponent)])
            return self.finish_step()
        with tf.GradientTape() as tape:
            loss = self.reconstruction_error(images, self.infer(noisy), labels)
        self.reconstruction.minimize(tape, loss)
        with tf.GradientTape() as tape:
            loss = self.game.play(tape, self.infer(noisy).z, labels, self.seed_generator)
        self.generator.minimize(tape, loss)
        return self.finish_step()

    _decoder_inputs = _code_and_class


@keras.saving.register_keras_serializable(package="aae")
class ClusteringAAE(Autoencoder):
    """Adversarial autoencoder that clusters: its encoder gives a cluster y and a style z (paper, section 5, figure 9).

    One game brings z to its prior, another brings softmax(y) to one-hot vectors. The decoder is given both z and
    softmax(y), so that it pays to put into one cluster what looks alike. No label is read.

    Give ``fit`` batches of images, or of ``(images, labels)``. With ``paired`` or ``averaged`` a pair may stand in the
    place of images, ``(images, neighbours)``: the game is then played on an image and its neighbours; see
    ``data.neighbours``.

    Args:
        encoder: Built Keras model from images to two outputs, that of the posterior and logits [batch, n_classes].
        decoder: Built Keras model from [batch, n_codes + n_classes] to images.
        discriminator: Built Keras model from [batch, n_codes], if ``conditional`` from [batch, n_codes + n_classes], to
            one logit [batch, 1].
        class_discriminator: Built Keras model from [batch, n_classes], if ``paired`` from [batch, 2 n_classes], to one
            logit [batch, 1].
        prior: The distribution to impose on z.
        n_classes: Number of clusters.
        posterior: Of z, as in ``AAE``.
        conditional: Whether the discriminator of z is given softmax(y) too; see
            ``regularization.ClassConditionalGame``.
        paired: Whether the game on y is played on two noisy encodings of each image side by side, against one one-hot
            vector twice: so that the noise does not change the class.
        averaged: Neighbours of each image over which, and the image, softmax(y) is averaged before its discriminator
            sees it; 0 for none.
        paired_from: With ``paired``, steps that show one encoding twice before, so that training begins without it.
        adversarial_noise: With ``paired``, norm of a perturbation of each image for the second encoding, in the
            direction in which the highest probability falls fastest; 0 for another draw of the input noise.
        class_shares: How likely each class is under the prior of y: a sequence of numbers above 0; None for equally
            likely ones; or "estimated", for the shares that the encoder has given the classes recently, as a moving
            average over its steps (classes of a data set are seldom equally many).
        estimate_from: With "estimated" shares, steps with equally likely classes before. Shares that are followed from
            the first step on drift, because the first assignments are wrong.
        **settings: As in ``Autoencoder``.

    Raises:
        InputError: As in ``AAE``.
    """

    has_styles = True
    has_clusters = True
    parts = (*Autoencoder.parts, "discriminator", "class_discriminator")
    settings = (*Autoencoder.settings, "n_classes")
    losses_weighted = (*Autoencoder.losses_weighted, *GAMES)
    compile_settings = (*Autoencoder.compile_settings, "update")

    def __init__(
        self, encoder, decoder, discriminator, class_discriminator, prior, n_classes, posterior="gaussian", **settings
    ):
        of_games = TwoGames.take_settings(settings)
        decoder_inputs = prior.n_codes + n_classes
        super().__init__(
            encoder, decoder, prior, posterior, class_head=n_classes, decoder_inputs=decoder_inputs, **settings
        )
        self.discriminator = discriminator
        self.class_discriminator = class_discriminator
        self.n_classes = n_classes
        self.games = TwoGames(self, **of_games)

    @property
    def neighbours_taken(self):
        """As in ``ClassGame``."""
        return self.games.neighbours_taken

    @property
    def metrics(self):
        """Running means over the epoch of the loss of each phase."""
        return [self.reconstruction_loss, *self.games.metrics]

    @property
    def phases(self):
        """As in ``Autoencoder``."""
        return [self.reconstruction, *self.games.phases]

    @training_step
    def train_step(self, data):
        """One step on images, or ``(images, labels)``: reconstruction, then regularisation of z and y, or jointly."""
        images, _ = self.unpack(data)
        images, others = with_neighbours(images)
        noisy = self.corrupt(images)
        if self.update == "joint":
            with tf.GradientTape(persistent=True) as tape:
                latent, generator_loss, opponents = self.games.losses(noisy, others)
                loss = self.reconstruction_error(images, latent) + generator_loss
            minimize_together(tape, [(self.reconstruction, loss), *opponents])
            return self.finish_step()
        with tf.GradientTape() as tape:
            loss = self.reconstruction_error(images, self.infer(noisy))
        self.reconstruction.minimize(tape, loss)
        with tf.GradientTape() as tape:
            loss = self.games.play(tape, noisy, others)
        self.games.generator.minimize(tape, loss)
        return self.finish_step()

    classify = _class_probabilities
    _decoder_inputs = _code_and_class


@keras.saving.register_keras_serializable(package="aae")
class SemiSupervisedAAE(Autoencoder):
    """Adversarial autoencoder that classifies: a few labels name the clusters (paper, section 4, figure 8).

    To the phases of ``ClusteringAAE`` comes a classification phase, which lowers the cross-entropy of the images that
    have a label.

    Give ``fit`` batches of ``(images, labels)``, labels -1 where there is none, or, for labelled images that come in a
    rhythm of their own, of ``(images, (labelled_images, labels))``; see ``data.pipeline.classification_batches``. With
    ``paired`` or ``averaged`` a pair may stand in the place of images, as in ``ClusteringAAE``.

    Args:
        encoder: Built Keras model from images to two outputs, that of the posterior and logits [batch, n_classes].
        decoder: Built Keras model from [batch, n_codes + n_classes] to images.
        discriminator: As in ``ClusteringAAE``.
        class_discriminator: As in ``ClusteringAAE``.
        prior: The distribution to impose on z.
        n_classes: Number of classes.
        posterior: Of z, as in ``AAE``.
        **settings: Of the games as in ``ClusteringAAE`` (``conditional``, ``paired`` and so on), the others as of
            ``Autoencoder``.

    Raises:
        InputError: As in ``AAE``.
    """

    has_styles = True
    learns_to_classify = True
    parts = (*Autoencoder.parts, "discriminator", "class_discriminator")
    settings = (*Autoencoder.settings, "n_classes")
    losses_weighted = (*Autoencoder.losses_weighted, *GAMES, "classification")
    compile_settings = (*Autoencoder.compile_settings, "update", "classify_every", "label_smoothing")

    def __init__(
        self, encoder, decoder, discriminator, class_discriminator, prior, n_classes, posterior="gaussian", **settings
    ):
        of_games = TwoGames.take_settings(settings)
        decoder_inputs = prior.n_codes + n_classes
        super().__init__(
            encoder, decoder, prior, posterior, class_head=n_classes, decoder_inputs=decoder_inputs, **settings
        )
        self.discriminator = discriminator
        self.class_discriminator = class_discriminator
        self.n_classes = n_classes
        self.games = TwoGames(self, **of_games)
        self.classification = Classification(self)

    @property
    def neighbours_taken(self):
        """As in ``ClassGame``."""
        return self.games.neighbours_taken

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase, and the accuracy on the labelled images it saw."""
        return [self.reconstruction_loss, *self.games.metrics, *self.classification.metrics]

    @property
    def phases(self):
        """As in ``Autoencoder``."""
        return [self.reconstruction, *self.games.phases, self.classification.phase]

    def make_train_function(self, force=False):
        """As in ``Autoencoder``; under a strategy with classification and without, in turns."""
        self.classification.make_train_function(super().make_train_function, force)

    def labels_read(self, training):
        """As in ``Autoencoder``: in training those that there are, for the accuracy one for every image."""
        return inputs.SOME if training else inputs.EVERY

    @training_step
    def train_step(self, data):
        """One step: reconstruction and regularisation on the images, classification on those that have a label."""
        images, labels = self.unpack(data)
        images, others = with_neighbours(images)
        noisy, labelled = self.corrupt(images), labelled_images(images, labels)
        is_due = self.classification.is_due()
        if self.update == "joint":
            with tf.GradientTape(persistent=True) as tape:
                latent, generator_loss, opponents = self.games.losses(noisy, others)
                loss = self.reconstruction_error(images, latent) + generator_loss
                loss += self.classification.loss_if(is_due, *labelled)
            minimize_together(tape, [(self.reconstruction, loss), *opponents])
            return self.finish_step()
        with tf.GradientTape() as tape:
            loss = self.reconstruction_error(images, self.infer(noisy))
        self.reconstruction.minimize(tape, loss)
        with tf.GradientTape() as tape:
            loss = self.games.play(tape, noisy, others)
        self.games.generator.minimize(tape, loss)
        self.classification.minimize_if(is_due, *labelled)
        return self.finish_step()

    def test_step(self, data):
        """Reconstruction error and accuracy on ``(images, labels)``."""
        images, labels = self.unpack(data, training=False)
        latent = self.mean_latent(images)
        self._measure_reconstruction(images, latent, None)
        return keras_internals.results_of_step(
            {
                "reconstruction_loss": self.reconstruction_loss.result(),
                "accuracy": self.classification.measure(latent.y, labels),
            }
        )

    classify = _class_probabilities
    _decoder_inputs = _code_and_class


@keras.saving.register_keras_serializable(package="aae")
class DimensionalityReductionAAE(Autoencoder):
    """Adversarial autoencoder for embedding and visualisation (paper, section 6, figure 10).

    The decoder is given one vector, the representation softmax(y) · W + z: each class, or cluster, has a head, a row of
    the learned matrix W, and the style z, which a game keeps Gaussian, spreads its images round it. A separation phase
    moves apart heads that come closer than a margin.

    Give ``fit`` batches as in ``SemiSupervisedAAE``; for clusters as in ``ClusteringAAE``.

    Args:
        encoder: As in ``ClusteringAAE``.
        decoder: Built Keras model from [batch, n_codes] to images.
        discriminator: As in ``ClusteringAAE``.
        class_discriminator: As in ``ClusteringAAE``.
        cluster_heads: Built Keras model from [batch, n_classes] to [batch, n_codes] with one weight, W; see
            ``heads.cluster_heads``.
        prior: The distribution to impose on z.
        n_classes: Number of classes, or of clusters.
        posterior: Of z, as in ``AAE``.
        margin: Distance between two heads from which on they cost nothing, 0 or above.
        classes_are_labels: Whether labels name the classes, in a classification phase; otherwise they are clusters.
        **settings: Of the games as in ``ClusteringAAE`` (``conditional``, ``paired`` and so on), the others as of
            ``Autoencoder``.

    Raises:
        InputError: As in ``AAE``.
    """

    has_styles = True
    has_heads = True
    parts = (*Autoencoder.parts, "discriminator", "class_discriminator", "cluster_heads")
    ema_parts = (*Autoencoder.ema_parts, "cluster_heads")
    averaged_cluster_heads = property(lambda self: getattr(self, "ema_cluster_heads", None))
    settings = (*Autoencoder.settings, "n_classes", "margin", "classes_are_labels")

    def __init__(
        self,
        encoder,
        decoder,
        discriminator,
        class_discriminator,
        cluster_heads,
        prior,
        n_classes,
        posterior="gaussian",
        margin=4.0,
        classes_are_labels=True,
        **settings,
    ):
        if margin < 0:
            raise InputError(f"margin {margin}: expected a distance, 0 or above")
        of_games = TwoGames.take_settings(settings)
        super().__init__(encoder, decoder, prior, posterior, class_head=n_classes, **settings)
        self.discriminator = discriminator
        self.class_discriminator = class_discriminator
        self.n_classes = n_classes
        self.games = TwoGames(self, **of_games)
        require_width("cluster_heads", "input", cluster_heads.input_shape, n_classes)
        require_width("cluster_heads", "output", cluster_heads.output_shape, prior.n_codes)
        self.cluster_heads = cluster_heads
        self.margin = margin
        self.classes_are_labels = classes_are_labels
        self._track_ema_of("cluster_heads")
        self.classification = Classification(self) if classes_are_labels else None
        self.separation_loss = LossTracker("separation_loss")
        self.separation = Phase("separation", lambda: cluster_heads.trainable_variables)

    @property
    def has_clusters(self):
        """Whether no label names the classes."""
        return not self.classes_are_labels

    @property
    def learns_to_classify(self):
        """Whether labels name the classes."""
        return self.classes_are_labels

    @property
    def losses_weighted(self):
        """Names of the losses that ``compile`` gives a weight."""
        classification = ["classification"] if self.classes_are_labels else []
        return (*Autoencoder.losses_weighted, *GAMES, *classification, "separation")

    @property
    def compile_settings(self):
        """Arguments of ``compile`` that are saved with the model."""
        of_classification = ("classify_every", "label_smoothing") if self.classes_are_labels else ()
        return (*Autoencoder.compile_settings, "update", *of_classification)

    @property
    def neighbours_taken(self):
        """As in ``ClassGame``."""
        return self.games.neighbours_taken

    @property
    def metrics(self):
        """Running means over the epoch of the loss of each phase."""
        of_classification = self.classification.metrics if self.classification else []
        return [self.reconstruction_loss, *self.games.metrics, *of_classification, self.separation_loss]

    @property
    def phases(self):
        """As in ``Autoencoder``."""
        classification = [self.classification.phase] if self.classification else []
        return [self.reconstruction, *self.games.phases, *classification, self.separation]

    def make_train_function(self, force=False):
        """As in ``Autoencoder``; with labels as in ``SemiSupervisedAAE``."""
        if self.classification:
            self.classification.make_train_function(super().make_train_function, force)
        else:
            super().make_train_function(force)

    def labels_read(self, training):
        """As in ``SemiSupervisedAAE``; none where the classes are clusters."""
        if not self.classes_are_labels:
            return inputs.UNREAD
        return inputs.SOME if training else inputs.EVERY

    @training_step
    def train_step(self, data):
        """One step: reconstruction, regularisation, classification where there are labels, and separation."""
        images, labels = self.unpack(data)
        images, others = with_neighbours(images)
        noisy, labelled = self.corrupt(images), labelled_images(images, labels)
        is_due = self.classification.is_due() if self.classification else False
        if self.update == "joint":
            with tf.GradientTape(persistent=True) as tape:
                latent, generator_loss, opponents = self.games.losses(noisy, others)
                loss = self.reconstruction_error(images, latent) + generator_loss
                if self.classification:
                    loss += self.classification.loss_if(is_due, *labelled)
            minimize_together(tape, [(self.reconstruction, loss), *opponents])
        else:
            with tf.GradientTape() as tape:
                loss = self.reconstruction_error(images, self.infer(noisy))
            self.reconstruction.minimize(tape, loss)
            with tf.GradientTape() as tape:
                loss = self.games.play(tape, noisy, others)
            self.games.generator.minimize(tape, loss)
            if self.classification:
                self.classification.minimize_if(is_due, *labelled)
        self._separate()
        return self.finish_step()

    def _separate(self):
        """Heads that are closer than the margin move apart."""
        with tf.GradientTape() as tape:
            (heads,) = self.separation.variables
            loss = separation_loss(heads, self.margin)
            weighted_loss = self.loss_weights["separation"] * loss
        self.separation_loss.track(loss, self.separation.optimizer.iterations)
        self.separation.minimize(tape, weighted_loss)

    def test_step(self, data):
        """Reconstruction error, and accuracy where labels name the classes, on ``(images, labels)``."""
        images, labels = self.unpack(data, training=False)
        latent = self.mean_latent(images)
        self._measure_reconstruction(images, latent, None)
        results = {"reconstruction_loss": self.reconstruction_loss.result()}
        if self.classification:
            results["accuracy"] = self.classification.measure(latent.y, labels)
        return keras_internals.results_of_step(results)

    @property
    def heads(self):
        """The cluster heads, rows of W: float32 [n_classes, n_codes]."""
        return self.inference_network("cluster_heads").weights[0].numpy()

    def represent(self, images):
        """Representations softmax(y) · W + z of ``images``, the low-dimensional embedding: float32 [batch, n_codes]."""
        return self._decoder_inputs(self.mean_latent(images), None, training=False)

    classify = _class_probabilities

    def _autoencoder_variables(self):
        return super()._autoencoder_variables() + self.cluster_heads.trainable_variables

    def _decoder_inputs(self, latent, labels, training):
        """The representation: the head of the class, and the style round it."""
        heads = self.cluster_heads if training else self.inference_network("cluster_heads")
        return latent.z + float32(heads(self._classes(latent, labels)))
