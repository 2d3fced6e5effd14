"""The adversarial autoencoders as Keras models, their training steps told in phases (paper, sections 2 to 6)."""

import itertools
from typing import NamedTuple

import keras
import tensorflow as tf

from ..errors import InputError, choose
from . import posteriors, replicas
from .autoencoder import Autoencoder, images_and_labels, require_built, require_width
from .heads import separation_loss
from .losses import PhaseLoss
from .optimizers import default_optimizer
from .precision import float32
from .priors import Categorical, Repeated, as_seed_generator
from .regularization import AdversarialGame, ClassConditionalGame
from .xla import compiled_where_asked

ESTIMATED = "estimated"
SHARES_DECAY = 0.999
UPDATES = {name: name for name in ("phases", "joint")}


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
        posterior: "gaussian" (reparameterised), "deterministic" or "universal"; see ``posteriors``.
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
    ways = (*Autoencoder.ways, "update")

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
        update="phases",
        **kwargs,
    ):
        """Configures training: one optimiser and one loss weight for each phase.

        Reported losses are not weighted. With Adam a weight cancels out of the update, but for Adam's epsilon; not so
        under the joint update, where one optimiser moves the autoencoder by the sum of two losses.

        Args:
            reconstruction_optimizer: Moves encoder and decoder; default Adam(2e-4, beta_1=0.5), as for the others.
            discriminator_optimizer: Moves the discriminator.
            generator_optimizer: Moves the encoder, as the generator of the game.
            reconstruction_weight: Weight of the reconstruction loss.
            discriminator_weight: Weight of the discriminator loss.
            generator_weight: Weight of the generator loss.
            update: "phases", reconstruction and regularization in turn, as in the paper, or "joint", both at one point:
                one pass through the autoencoder gives the gradients of all losses, and ``generator_optimizer`` is not
                used.
            **kwargs: As of ``Autoencoder.compile``.

        Raises:
            InputError: If there is no such update, or as ``Autoencoder.compile`` says.
        """
        self.update = choose("update", update, UPDATES)
        super().compile(reconstruction_optimizer, reconstruction_weight, **kwargs)
        self.discriminator_optimizer = discriminator_optimizer or default_optimizer()
        self.generator_optimizer = generator_optimizer or default_optimizer()
        self.discriminator_weight = discriminator_weight
        self.generator_weight = generator_weight
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.generator_optimizer.build(self.encoder.trainable_variables)

    @compiled_where_asked
    def train_step(self, data):
        """One step on images, or ``(images, labels)``: the reconstruction phase, then the regularization phase."""
        images, labels = images_and_labels(data)
        with self.training_precision:
            self._adversarial_phases(self._corrupt(images), images, labels)
        self._update_average()
        return replicas.results(self.get_metrics_result())

    def _adversarial_phases(self, inputs, images, labels):
        """Reconstruction, then regularization; under the joint update both at once."""
        if self.update == "joint":
            self._joint_phase(inputs, images, labels)
        else:
            self._reconstruction_phase(inputs, images, labels)
            self._regularization_phase(inputs, images, labels)

    def _regularization_phase(self, inputs, images, labels):
        """The discriminator learns to tell codes from the prior; then the encoder learns to pass for the prior.

        Both play on the same codes, so that the encoder runs once: the discriminator's step does not change it.
        """
        with tf.GradientTape(persistent=True) as tape:
            plays = self._plays(tape, inputs, images, labels)[1]
            with tape.stop_recording():
                for play in plays:
                    play.game.discriminator_phase(
                        play.codes, play.labels, play.optimizer, play.discriminator_weight, self.seed_generator
                    )
            step = self.generator_optimizer.iterations
            losses = [play.generator_weight * play.game.generator_loss(play.codes, play.labels, step) for play in plays]
            weighted_loss = replicas.share(tf.add_n(losses))
        variables = self.encoder.trainable_variables
        self.generator_optimizer.apply(tape.gradient(weighted_loss, variables), variables)

    def _joint_phase(self, inputs, images, labels, more_loss=None):
        """Autoencoder, generator and discriminators move at once, by gradients taken at one point.

        ``more_loss``, for subclasses, is a function that gives another loss for the autoencoder to lower, weighted, of
        which the sum over the replicas is that of the global batch.
        """
        step = self.reconstruction_optimizer.iterations
        with tf.GradientTape(persistent=True) as tape:
            codes, plays = self._plays(tape, inputs, images, labels)
            error = self.likelihood.error(images, self._decoder_outputs(codes, labels, training=True))
            losses = [play.game.losses(play.codes, play.labels, self.seed_generator, step) for play in plays]
            generator_losses = [play.generator_weight * loss for play, (_, loss) in zip(plays, losses, strict=True)]
            weighted_loss = replicas.share(tf.add_n([self.reconstruction_weight * error, *generator_losses]))
            if more_loss is not None:
                weighted_loss += more_loss()
            weighted_losses = [
                replicas.share(play.discriminator_weight * loss) for play, (loss, _) in zip(plays, losses, strict=True)
            ]
        moves = [(self.reconstruction_optimizer, weighted_loss, self._autoencoder_variables())]
        for play, loss in zip(plays, weighted_losses, strict=True):
            moves.append((play.optimizer, loss, play.game.discriminator.trainable_variables))
        gradients = [tape.gradient(loss, variables) for _, loss, variables in moves]
        self.reconstruction_loss.note(error, step, codes)
        for (optimizer, _, variables), gradient in zip(moves, gradients, strict=True):
            optimizer.apply(gradient, variables)

    def _plays(self, tape, inputs, images, labels):
        """The codes of ``inputs``, encoded under ``tape``, and each game with the codes it is played on."""
        codes = self._training_codes(inputs)
        return codes, [self._play(codes, labels)]

    def _play(self, codes, labels):
        """The game on z, on ``codes`` and what the discriminator is told of them."""
        weights = self.discriminator_weight, self.generator_weight
        return Play(self.game, codes, labels, self.discriminator_optimizer, *weights)


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
        posterior: As of ``AAE``.
        conditional: Whether the discriminator is given the label.
        decoder_inputs: For subclasses: width of the decoder's input, where it is another.
        game: As of ``AAE``.
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
        decoder_inputs=None,
        game=None,
        **settings,
    ):
        game = game or AdversarialGame(prior, discriminator, n_classes if conditional else None, labels_choose=False)
        decoder_inputs = decoder_inputs or prior.n_codes + n_classes
        super().__init__(
            encoder, decoder, discriminator, prior, posterior, game=game, decoder_inputs=decoder_inputs, **settings
        )
        self.n_classes = n_classes
        self.conditional = conditional

    @compiled_where_asked
    def train_step(self, data):
        """One step on ``(images, labels)``: reconstruction with the labels given, then regularization."""
        images, labels = images_and_labels(data)
        with self.training_precision:
            self._adversarial_phases(self._corrupt(images), images, labels)
        self._update_average()
        return replicas.results(self.get_metrics_result())

    def call(self, data):
        """Reconstructions of ``(images, labels)`` from the mean codes."""
        return self.reconstruct(*data)

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

    def _decoder_inputs(self, codes, labels, training):
        return self._with_label(codes, labels)

    def _with_label(self, codes, labels):
        return tf.concat([codes, tf.one_hot(labels, self.n_classes, dtype=codes.dtype)], axis=1)


@keras.saving.register_keras_serializable(package="aae")
class ClusteringAAE(SupervisedAAE):
    """Adversarial autoencoder that clusters: its encoder gives a cluster y and a style z (paper, section 5, figure 9).

    One game brings z to its prior, another brings softmax(y) to one-hot vectors. The decoder is given both z and
    softmax(y), so that it pays to put into one cluster what looks alike. No label is read.

    Give ``fit`` batches of images, or of ``(images, labels)``.

    Args:
        encoder: Built Keras model from images to two outputs, that of the posterior and logits [batch, n_classes].
        decoder: Built Keras model from [batch, n_codes + n_classes] to images.
        discriminator: Built Keras model from [batch, n_codes], if ``conditional`` from [batch, n_codes + n_classes], to
            one logit [batch, 1].
        class_discriminator: Built Keras model from [batch, n_classes], if ``paired`` from [batch, 2 n_classes], to one
            logit [batch, 1].
        prior: The distribution to impose on z.
        n_classes: Number of clusters.
        posterior: Of z, as of ``AAE``.
        conditional: Whether the discriminator of z is given softmax(y) too; see
            ``regularization.ClassConditionalGame``.
        paired: Whether the game on y is played on two noisy encodings of each image side by side, against one one-hot
            vector twice: so that the noise does not change the class.
        paired_from: With ``paired``, steps that show one encoding twice before, so that training begins without it.
        adversarial_noise: With ``paired``, norm of a perturbation of each image for the second encoding, in the
            direction in which the highest probability falls fastest; 0 for another draw of the input noise.
        class_shares: How likely each class is under the prior of y: a sequence of numbers above 0; None for equally
            likely ones; or "estimated", for the shares that the encoder has given the classes of late, as a moving
            average over its steps (classes of a data set are seldom equally many).
        estimate_from: With "estimated" shares, steps with equally likely classes before. Shares that are followed from
            the first step on drift, because the first assignments are wrong.
        decoder_inputs: For subclasses: width of the decoder's input, where it is another.
        **settings: As of ``Autoencoder``.

    Raises:
        InputError: As of ``AAE``.
    """

    classes_are_labels = False
    parts = (*AAE.parts, "class_discriminator")
    settings = (
        *AAE.settings,
        "conditional",
        "paired",
        "paired_from",
        "adversarial_noise",
        "class_shares",
        "estimate_from",
    )
    optimizers = (*AAE.optimizers, "class_discriminator_optimizer")
    weights_of_losses = (*AAE.weights_of_losses, "class_discriminator_weight", "class_generator_weight")

    def __init__(
        self,
        encoder,
        decoder,
        discriminator,
        class_discriminator,
        prior,
        n_classes,
        posterior="gaussian",
        conditional=False,
        paired=False,
        paired_from=0,
        adversarial_noise=0.0,
        class_shares=None,
        estimate_from=0,
        **settings,
    ):
        heads = [posteriors.get(posterior).n_outputs(prior.n_codes), n_classes]
        game = ClassConditionalGame(prior, discriminator, n_classes) if conditional else None
        super().__init__(
            encoder, decoder, discriminator, prior, n_classes, posterior, False, heads=heads, game=game, **settings
        )
        if adversarial_noise < 0 or (adversarial_noise and not paired):
            raise InputError(
                f"adversarial_noise {adversarial_noise}, paired {paired}: expected a norm, 0 or above, and paired"
            )
        self.class_discriminator = class_discriminator
        self.conditional = conditional
        self.paired = paired
        self.paired_from = paired_from
        self.adversarial_noise = adversarial_noise
        self.class_shares = class_shares
        self.estimate_from = estimate_from
        if class_shares == ESTIMATED:
            self.mean_shares = self.add_weight(
                (n_classes,),
                keras.initializers.Constant(1 / n_classes),
                trainable=False,
                aggregation="mean",
                name="mean_shares",
            )
        class_prior = Categorical(n_classes, self._estimated_shares if class_shares == ESTIMATED else class_shares)
        if paired:
            class_prior = Repeated(class_prior, 2)
        _require_discriminator("class_discriminator", class_discriminator, class_prior.n_codes)
        self.class_game = AdversarialGame(class_prior, class_discriminator, name="class_")

    @property
    def metrics(self):
        """Running means over the epoch of the loss of each phase."""
        return [*super().metrics, *self.class_game.metrics]

    def compile(
        self,
        reconstruction_optimizer=None,
        discriminator_optimizer=None,
        generator_optimizer=None,
        class_discriminator_optimizer=None,
        class_discriminator_weight=6.0,
        class_generator_weight=6.0,
        **arguments,
    ):
        """Configures training as ``AAE.compile`` does, and the second game.

        One generator optimiser moves the encoder in both games, so that only the ratio of their weights counts.

        Args:
            reconstruction_optimizer: As of ``AAE.compile``.
            discriminator_optimizer: Moves the discriminator of z.
            generator_optimizer: Moves the encoder, as the generator of both games.
            class_discriminator_optimizer: Moves the discriminator of y; default as for the others.
            class_discriminator_weight: Weight of the discriminator loss of y.
            class_generator_weight: Weight of the generator loss of y.
            **arguments: As of ``AAE.compile``.
        """
        super().compile(reconstruction_optimizer, discriminator_optimizer, generator_optimizer, **arguments)
        self.class_discriminator_optimizer = class_discriminator_optimizer or default_optimizer()
        self.class_discriminator_weight = class_discriminator_weight
        self.class_generator_weight = class_generator_weight
        self.class_discriminator_optimizer.build(self.class_discriminator.trainable_variables)

    @compiled_where_asked
    def train_step(self, data):
        """One step on images, or on ``(images, labels)``: reconstruction, then regularization of z and of y."""
        images, _ = images_and_labels(data)
        with self.training_precision:
            self._adversarial_phases(self._corrupt(images), images, None)
        self._update_average()
        return replicas.results(self.get_metrics_result())

    def test_step(self, data):
        """Reconstruction error on images, or on ``(images, labels)``, from mean codes and probabilities of clusters."""
        images, _ = images_and_labels(data)
        self._measure_reconstruction(images, tf.concat(self._codes_and_classes(images), axis=1), None)
        return replicas.results({"reconstruction_loss": self.reconstruction_loss.result()})

    def call(self, images):
        """Reconstructions of ``images`` from their mean codes and the probabilities of their classes."""
        return self.reconstruct(images)

    def classify(self, images):
        """Probabilities q(y|x) of the classes, or clusters, of ``images``: float32 [batch, n_classes]."""
        return self._codes_and_classes(images)[1]

    def reconstruct(self, images, labels=None):
        """``images`` encoded to codes and classes and decoded again, of the same shape; ``labels`` are not read."""
        codes = tf.concat(self._codes_and_classes(images), axis=1)
        return Autoencoder.decode(self, self._decoder_inputs(codes, None, training=False))

    def _codes_and_classes(self, images):
        posterior, logits = self._encoder_outputs(images)
        return self.posterior.mean(posterior), tf.nn.softmax(logits)

    def _posterior_outputs(self, images, seed=None):
        return super()._posterior_outputs(images, seed)[0]

    def _training_codes(self, inputs):
        """Codes drawn from the posterior, and beside them the probabilities of the classes."""
        posterior, logits = self._encoder_outputs(inputs, self.seed_generator, training=True)
        codes = self.posterior.sample(posterior, self.seed_generator)
        return tf.concat([codes, tf.nn.softmax(logits)], axis=1)

    def _decoder_inputs(self, codes, labels, training):
        """The codes, beside which the classes stand already."""
        return codes

    def _plays(self, tape, inputs, images, labels):
        if self.adversarial_noise:
            tape.watch(inputs)
        both = self._training_codes(inputs)
        codes, classes = self._split(both)
        if self.class_shares == ESTIMATED:
            with tape.stop_recording():
                self._note_shares(classes)
        weights = self.class_discriminator_weight, self.class_generator_weight
        shown = [classes, self._second_classes(tape, inputs, images, classes)] if self.paired else [classes]
        shown = tf.concat(shown, axis=1)
        class_play = Play(self.class_game, shown, None, self.class_discriminator_optimizer, *weights)
        return both, [self._play(codes, classes), class_play]

    def _note_shares(self, classes):
        """Moves the mean shares of the classes towards those of a batch."""
        of_batch = replicas.total(tf.reduce_mean(classes, axis=0)) / replicas.n_replicas()
        self.mean_shares.assign(SHARES_DECAY * self.mean_shares + (1 - SHARES_DECAY) * of_batch)

    def _estimated_shares(self):
        """How likely the classes are under the prior of y at this step."""
        is_known = self.reconstruction_optimizer.iterations >= self.estimate_from
        return tf.where(is_known, tf.convert_to_tensor(self.mean_shares), tf.fill([self.n_classes], 1 / self.n_classes))

    def save_own_variables(self, store):
        """Saves, beside the state of the random generators, the estimated shares."""
        super().save_own_variables(store)
        if self.class_shares == ESTIMATED:
            store["mean_shares"] = self.mean_shares.numpy()

    def load_own_variables(self, store):
        """Loads what ``save_own_variables`` saved."""
        super().load_own_variables(store)
        if self.class_shares == ESTIMATED:
            self.mean_shares.assign(store["mean_shares"])

    def _second_classes(self, tape, inputs, images, classes):
        """Probabilities of the classes of the same images under other noise; ``classes`` before ``paired_from``."""
        second = self._split(self._training_codes(self._other_inputs(tape, inputs, images, classes)))[1]
        if not self.paired_from:
            return second
        return tf.where(self.reconstruction_optimizer.iterations >= self.paired_from, second, classes)

    def _other_inputs(self, tape, inputs, images, classes):
        """What the encoder is given for the second encoding."""
        if not self.adversarial_noise:
            return self._corrupt(images)
        rest = 1 - tf.reduce_max(classes, axis=1)
        with tape.stop_recording():
            direction = tf.math.l2_normalize(tape.gradient(rest, inputs), axis=[1, 2, 3], epsilon=1e-30)
        return inputs + self.adversarial_noise * direction

    def _split(self, codes):
        return tf.split(codes, [self.n_codes, self.n_classes], axis=1)


@keras.saving.register_keras_serializable(package="aae")
class SemiSupervisedAAE(ClusteringAAE):
    """Adversarial autoencoder that classifies: a few labels name the clusters (paper, section 4, figure 8).

    To the phases of ``ClusteringAAE`` comes a classification phase, which lowers the cross-entropy of the images that
    have a label.

    Give ``fit`` batches of ``(images, labels)``, labels -1 where there is none, or, for labelled images that come in a
    rhythm of their own, of ``(images, (labelled_images, labels))``; see ``data.pipeline.classification_batches``.

    Args:
        encoder: Built Keras model from images to two outputs, that of the posterior and logits [batch, n_classes].
        decoder: Built Keras model from [batch, n_codes + n_classes] to images.
        discriminator: Built Keras model from [batch, n_codes] to one logit [batch, 1].
        class_discriminator: Built Keras model from [batch, n_classes] to one logit [batch, 1].
        prior: The distribution to impose on z.
        n_classes: Number of classes.
        posterior: Of z, as of ``AAE``.
        **settings: As of ``Autoencoder``.

    Raises:
        InputError: As of ``AAE``.
    """

    classes_are_labels = True
    optimizers = (*ClusteringAAE.optimizers, "classification_optimizer")
    weights_of_losses = (
        *ClusteringAAE.weights_of_losses,
        "classification_weight",
        "classify_every",
        "label_smoothing",
    )

    def __init__(self, *parts, **settings):
        super().__init__(*parts, **settings)
        self._is_due = True
        self.classification_loss = PhaseLoss("classification")
        self.accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")

    @property
    def metrics(self):
        """Running means over the epoch: the loss of each phase, and the accuracy on the labelled images it saw."""
        return [*super().metrics, self.classification_loss, self.accuracy]

    def compile(
        self,
        *optimizers,
        classification_optimizer=None,
        classification_weight=1.0,
        classify_every=1,
        label_smoothing=0.0,
        **arguments,
    ):
        """Configures training as ``ClusteringAAE.compile`` does, and the classification phase.

        Args:
            *optimizers: As of ``ClusteringAAE.compile``.
            classification_optimizer: Moves the encoder in the classification phase; default as for the others. Not used
                under the joint update, whose sum of losses the cross-entropy joins in the steps that classify.
            classification_weight: Weight of the cross-entropy.
            classify_every: Steps between classification phases, at least 1.
            label_smoothing: Share, in [0, 1), of each label that is spread evenly over all classes.
            **arguments: As of ``ClusteringAAE.compile``.

        Raises:
            InputError: If ``classify_every`` is below 1, or ``label_smoothing`` out of range.
        """
        if classify_every < 1:
            raise InputError(f"classify_every {classify_every}: expected a number of steps, at least 1")
        if not 0 <= label_smoothing < 1:
            raise InputError(f"label_smoothing {label_smoothing}: expected a share, at least 0 and below 1")
        super().compile(*optimizers, **arguments)
        self.classification_optimizer = classification_optimizer or default_optimizer()
        self.classification_weight = classification_weight
        self.classify_every = classify_every
        self.label_smoothing = label_smoothing
        self.classification_optimizer.build(self.encoder.trainable_variables)

    @compiled_where_asked
    def train_step(self, data):
        """One step: reconstruction and regularization on the images, classification on those with a label."""
        images, labelled = images_and_labels(data)
        with self.training_precision:
            self._all_phases(images, labelled)
        self._update_average()
        return replicas.results(self.get_metrics_result())

    def make_train_function(self, force=False):
        """As Keras makes it; under a strategy two functions, with classification and without, that take turns.

        An optimiser of several replicas cannot stand in a ``tf.cond``.
        """
        if not self.is_distributed or (self.train_function is not None and not force):
            super().make_train_function(force)
            return
        functions = {}
        for is_due in (True, False):
            super().make_train_function(force=True)
            functions[is_due] = self.train_function
        steps = itertools.count(int(keras.ops.convert_to_numpy(self.reconstruction_optimizer.iterations)))

        def function(iterator):
            self._is_due = next(steps) % self.classify_every == 0
            return functions[self._is_due](iterator)

        self.train_function = function

    def _all_phases(self, images, labelled):
        """Reconstruction, regularization and, where it is due, classification; under the joint update all at once.

        ``labelled`` are labelled images with their labels, or the labels of ``images``.
        """
        if not isinstance(labelled, (tuple, list)):
            labelled = images, labelled
        is_due = self._classification_is_due()
        inputs = self._corrupt(images)
        if self.update == "joint":
            self._joint_phase(inputs, images, None, lambda: self._classification_loss_if(is_due, *labelled))
            return
        self._adversarial_phases(inputs, images, None)
        if not self.is_distributed:
            tf.cond(is_due, lambda: self._classification_phase(*labelled), lambda: None)
        elif is_due:
            self._classification_phase(*labelled)

    def _classification_is_due(self):
        if self.is_distributed:
            return self._is_due
        return self.reconstruction_optimizer.iterations % self.classify_every == 0

    def _classification_phase(self, images, labels):
        """The encoder learns the class of the images that have a label."""
        with tf.GradientTape() as tape:
            # Reconstruction has made its step already.
            loss = self._classification_loss(images, labels, self.reconstruction_optimizer.iterations - 1)
        variables = self.encoder.trainable_variables
        gradients = tape.gradient(loss, variables)
        moved = [
            (gradient, variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        ]
        self.classification_optimizer.apply(*zip(*moved, strict=True))

    def _classification_loss_if(self, is_due, images, labels):
        """The weighted loss, or 0 in a step that does not classify."""

        def loss():
            return self._classification_loss(images, labels, self.reconstruction_optimizer.iterations)

        if self.is_distributed:
            return loss() if is_due else 0.0
        return loss() if self.classify_every == 1 else tf.cond(is_due, loss, lambda: 0.0)

    def _classification_loss(self, images, labels, step):
        """The weighted cross-entropy of the images that have a label, noted; its sum over replicas is the batch's."""
        has_label = tf.cast(labels >= 0, tf.float32)
        n_labelled = replicas.total(tf.reduce_sum(has_label))
        _, logits = self._encoder_outputs(self._corrupt(images), self.seed_generator, training=True)
        # The one-hot label of an image without one is 0 everywhere, and so is its weight.
        smoothed = (1 - self.label_smoothing) * tf.one_hot(
            labels, self.n_classes
        ) + self.label_smoothing / self.n_classes
        errors = tf.nn.softmax_cross_entropy_with_logits(smoothed, logits)
        loss = tf.math.divide_no_nan(tf.reduce_sum(has_label * errors), n_labelled)
        # Of every replica the sum over its rows; the mean over replicas is their number too small.
        self.classification_loss.note(replicas.n_replicas() * loss, step, logits)
        self.accuracy.update_state(labels, logits, sample_weight=has_label)
        return self.classification_weight * loss

    def test_step(self, data):
        """Reconstruction error and accuracy on ``(images, labels)``."""
        images, labels = images_and_labels(data)
        codes, classes = self._codes_and_classes(images)
        self._measure_reconstruction(images, tf.concat([codes, classes], axis=1), None)
        self.accuracy.update_state(labels, classes)
        return replicas.results(
            {"reconstruction_loss": self.reconstruction_loss.result(), "accuracy": self.accuracy.result()}
        )


@keras.saving.register_keras_serializable(package="aae")
class DimensionalityReductionAAE(SemiSupervisedAAE):
    """Adversarial autoencoder for embedding and visualization (paper, section 6, figure 10).

    The decoder is given one vector, the representation softmax(y) · W + z: each class, or cluster, has a head, a row of
    the learned matrix W, and the style z, which a game keeps Gaussian, spreads its images round it. A separation phase
    moves apart heads that come closer than a margin.

    Give ``fit`` batches as of ``SemiSupervisedAAE``; for clusters as of ``ClusteringAAE``.

    Args:
        encoder: As of ``ClusteringAAE``.
        decoder: Built Keras model from [batch, n_codes] to images.
        discriminator: As of ``ClusteringAAE``.
        class_discriminator: As of ``ClusteringAAE``.
        cluster_heads: Built Keras model from [batch, n_classes] to [batch, n_codes] with one weight, W; see
            ``heads.cluster_heads``.
        prior: The distribution to impose on z.
        n_classes: Number of classes, or of clusters.
        posterior: Of z, as of ``AAE``.
        margin: Distance between two heads from which on they cost nothing, 0 or above.
        classes_are_labels: Whether labels name the classes, in a classification phase; otherwise they are clusters.
        **settings: As of ``Autoencoder``.

    Raises:
        InputError: As of ``AAE``.
    """

    parts = (*SemiSupervisedAAE.parts, "cluster_heads")
    averaged_parts = (*SemiSupervisedAAE.averaged_parts, "cluster_heads")
    settings = (*SemiSupervisedAAE.settings, "margin", "classes_are_labels")
    optimizers = (*SemiSupervisedAAE.optimizers, "separation_optimizer")
    weights_of_losses = (*SemiSupervisedAAE.weights_of_losses, "separation_weight")

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
        networks = encoder, decoder, discriminator, class_discriminator
        super().__init__(*networks, prior, n_classes, posterior, decoder_inputs=prior.n_codes, **settings)
        require_width("cluster_heads", "input", cluster_heads.input_shape, n_classes)
        require_width("cluster_heads", "output", cluster_heads.output_shape, prior.n_codes)
        self.cluster_heads = cluster_heads
        self.margin = margin
        self.classes_are_labels = classes_are_labels
        self._average_weights_of("cluster_heads")
        self.separation_loss = PhaseLoss("separation")

    @property
    def metrics(self):
        """Running means over the epoch of the loss of each phase."""
        base = super().metrics if self.classes_are_labels else ClusteringAAE.metrics.fget(self)
        return [*base, self.separation_loss]

    def compile(self, *optimizers, separation_optimizer=None, separation_weight=1.0, **arguments):
        """Configures training as ``SemiSupervisedAAE.compile`` does, and the separation phase.

        Args:
            *optimizers: As of ``ClusteringAAE.compile``.
            separation_optimizer: Moves the heads in the separation phase; default as for the others.
            separation_weight: Weight of the separation loss.
            **arguments: As of ``SemiSupervisedAAE.compile``.
        """
        super().compile(*optimizers, **arguments)
        self.separation_optimizer = separation_optimizer or default_optimizer()
        self.separation_weight = separation_weight
        self.separation_optimizer.build(self.cluster_heads.trainable_variables)

    @compiled_where_asked
    def train_step(self, data):
        """One step: reconstruction, regularization, separation, and classification where there are labels."""
        images, labelled = images_and_labels(data)
        with self.training_precision:
            if self.classes_are_labels:
                self._all_phases(images, labelled)
            else:
                self._adversarial_phases(self._corrupt(images), images, None)
            self._separation_phase()
        self._update_average()
        return replicas.results(self.get_metrics_result())

    def _separation_phase(self):
        """Heads that are closer than the margin move apart."""
        with tf.GradientTape() as tape:
            (heads,) = self.cluster_heads.trainable_variables
            loss = separation_loss(heads, self.margin)
            weighted_loss = replicas.share(self.separation_weight * loss)
        self.separation_loss.note(loss, self.separation_optimizer.iterations)
        self.separation_optimizer.apply([tape.gradient(weighted_loss, heads)], [heads])

    def test_step(self, data):
        """Reconstruction error, and accuracy where labels name the classes, on ``(images, labels)``."""
        return super().test_step(data) if self.classes_are_labels else ClusteringAAE.test_step(self, data)

    @property
    def heads(self):
        """The cluster heads, rows of W: float32 [n_classes, n_codes]."""
        return self._evaluated("cluster_heads").weights[0].numpy()

    def represent(self, images):
        """Representations softmax(y) · W + z of ``images``, the low-dimensional embedding: float32 [batch, n_codes]."""
        codes = tf.concat(self._codes_and_classes(images), axis=1)
        return self._decoder_inputs(codes, None, training=False)

    def _autoencoder_variables(self):
        return super()._autoencoder_variables() + self.cluster_heads.trainable_variables

    def _decoder_inputs(self, codes, labels, training):
        """The representation of codes beside which the classes stand."""
        codes, classes = self._split(codes)
        heads = self.cluster_heads if training else self._evaluated("cluster_heads")
        return codes + float32(heads(classes))

    def _with_label(self, codes, labels):
        one_hot = tf.one_hot(labels, self.n_classes, dtype=codes.dtype)
        return codes + float32(self._evaluated("cluster_heads")(one_hot))


class Play(NamedTuple):
    """One game of a step: on which codes with which labels, its discriminator's optimiser, and its losses' weights."""

    game: AdversarialGame
    codes: tf.Tensor
    labels: tf.Tensor | None
    optimizer: keras.optimizers.Optimizer
    discriminator_weight: float
    generator_weight: float


def _require_discriminator(role, network, n_inputs):
    require_built(role, network)
    require_width(role, "input", network.input_shape, n_inputs)
    require_width(role, "output", network.output_shape, 1)
