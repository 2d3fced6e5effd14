"""The game on y: what the encoder says of the classes is brought to one-hot vectors (paper, sections 4 and 5)."""

import inspect

import keras
import tensorflow as tf

from ..errors import InputError
from . import replicas
from .checks import require_discriminator
from .phase import Phase
from .priors import Categorical, Repeated
from .regularization import AdversarialGame, ClassConditionalGame

ESTIMATED = "estimated"
SHARES_DECAY = 0.999


class ClassGame(AdversarialGame):
    """The game whose codes are the probabilities of the classes, of one noisy encoding or of two side by side.

    The two are of the same image or, where the batch has them, of an image and its neighbour, so that the game brings
    neighbours into one class. Or it sees the mean over an image and several neighbours: where one of them disagrees,
    that lies near the one-hot vector of the others, where the discriminator's slope is steep, and is drawn there.

    Args:
        discriminator: Built Keras model from [batch, n_classes], if ``paired`` from [batch, 2 n_classes], to one logit
            [batch, 1].
        n_classes: Number of classes.
        paired: Whether it is played on two noisy encodings of each image, against one one-hot vector twice: so that the
            noise does not change the class.
        averaged: Neighbours of each image over which, and the image, the probabilities are averaged before the
            discriminator sees them; 0 for none. Where a batch has no neighbours, over two noisy encodings.
        paired_from: With ``paired``, steps that show one encoding twice before, so that training begins without it.
        adversarial_noise: With ``paired``, norm of a perturbation of each image for the second encoding, in the
            direction in which the highest probability falls fastest; 0 for another draw of the input noise.
        class_shares: How likely each class is under the prior: a sequence of numbers above 0; None for equally likely
            ones; or "estimated", for the shares that the encoder has given the classes recently, as a moving average
            over its steps (classes of a data set are seldom equally many).
        estimate_from: With "estimated" shares, steps with equally likely classes before. Shares that are followed from
            the first step on drift, because the first assignments are wrong.

    Raises:
        InputError: If there is adversarial noise below 0, or without pairs; or pairs that are averaged.
    """

    def __init__(
        self,
        discriminator,
        n_classes,
        paired=False,
        averaged=0,
        paired_from=0,
        adversarial_noise=0.0,
        class_shares=None,
        estimate_from=0,
    ):
        if adversarial_noise < 0 or (adversarial_noise and not paired):
            raise InputError(
                f"adversarial_noise {adversarial_noise}, paired {paired}: expected a norm, 0 or above, and paired"
            )
        if averaged < 0 or (averaged and paired):
            raise InputError(f"averaged {averaged}, paired {paired}: expected neighbours to average over, or pairs")
        self.n_shown = n_classes
        self.paired = paired
        self.averaged = averaged
        self.paired_from = paired_from
        self.adversarial_noise = adversarial_noise
        self.class_shares = class_shares
        self.estimate_from = estimate_from
        self.mean_shares = None
        prior = Categorical(n_classes, self._estimated_shares if self.estimates_shares else class_shares)
        super().__init__(Repeated(prior, 2) if paired else prior, discriminator, name="class_")

    @property
    def estimates_shares(self):
        """Whether it follows how often the encoder gives each class, in the variable ``mean_shares``."""
        return self.class_shares == ESTIMATED

    @property
    def neighbours_taken(self):
        """How many neighbours may stand beside each image of a batch: int."""
        return 0 if self.adversarial_noise else self.averaged or int(self.paired)

    def show(self, model, noisy, others):
        """What both games are played on.

        Args:
            model: The model, for its ``infer`` and ``corrupt``.
            noisy: The encoder's input, float32 [batch, height, width, channels].
            others: Images of the other encodings without noise, those of ``noisy`` or their neighbours; several
                neighbours of each are float32 [batch, averaged, height, width, channels].

        Returns:
            The ``Latent`` of ``noisy``, and what the class discriminator sees: float32 [batch, n_classes], if
            ``paired`` [batch, 2 n_classes].
        """
        if self.adversarial_noise:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(noisy)
                latent = model.infer(noisy)
                rest = 1 - tf.reduce_max(latent.y, axis=1)
            direction = tf.stop_gradient(tape.gradient(rest, noisy))
            other = noisy + self.adversarial_noise * tf.math.l2_normalize(direction, axis=[1, 2, 3], epsilon=1e-30)
        else:
            latent = model.infer(noisy)
            other = model.corrupt(others) if self.paired else None
        if self.estimates_shares:
            self._follow_shares(tf.stop_gradient(latent.y))
        if self.averaged:
            return latent, self._averaged(model, latent.y, others)
        if not self.paired:
            return latent, latent.y
        second = model.infer(other).y
        if self.paired_from:
            second = tf.where(self.phase.optimizer.iterations >= self.paired_from, second, latent.y)
        return latent, tf.concat([latent.y, second], axis=1)

    def _averaged(self, model, own, others):
        """The mean over ``own``, float32 [batch, n_classes], and the probabilities of the other images."""
        others = tf.reshape(others, [-1, *model.image_shape])
        of_others = tf.reshape(model.infer(model.corrupt(others)).y, [tf.shape(own)[0], -1, self.n_shown])
        return tf.reduce_mean(tf.concat([own[:, None], of_others], axis=1), axis=1)

    def _follow_shares(self, classes):
        """Moves the mean shares of the classes towards those of a batch."""
        of_batch = replicas.all_reduce_sum(tf.reduce_mean(classes, axis=0)) / replicas.n_replicas()
        self.mean_shares.assign(SHARES_DECAY * self.mean_shares + (1 - SHARES_DECAY) * of_batch)

    def _estimated_shares(self):
        """How likely the classes are under the prior at this step."""
        is_known = self.phase.optimizer.iterations >= self.estimate_from
        return tf.where(is_known, tf.convert_to_tensor(self.mean_shares), tf.fill([self.n_shown], 1 / self.n_shown))


# Settings of ``TwoGames`` beside those of ``ClassGame``; models take both and hand them on.
OF_MODEL = "conditional", "stop_class_gradient"
OF_CLASSES = tuple(inspect.signature(ClassGame).parameters)[2:]


class TwoGames:
    """The games of a model whose encoder has two heads: on z, and on y beside it.

    Args:
        model: The model, with networks ``discriminator`` and ``class_discriminator``, ``prior`` and ``n_classes``.
        conditional: Whether the discriminator of z is given softmax(y) too; see ``ClassConditionalGame``.
        stop_class_gradient: Whether softmax(y) has no gradient of the reconstruction, which then reaches only the
            layers that y shares with z. The model reads it; it stands here because all models of two games have it.
        **of_classes: As in ``ClassGame``.

    Raises:
        InputError: As ``ClassGame`` says, or if a discriminator has another width than its game.
    """

    def __init__(self, model, conditional=False, stop_class_gradient=False, **of_classes):
        self.model = model
        self.stop_class_gradient = stop_class_gradient
        if conditional:
            self.game = ClassConditionalGame(model.prior, model.discriminator, model.n_classes)
        else:
            self.game = AdversarialGame(model.prior, model.discriminator)
        self.class_game = ClassGame(model.class_discriminator, model.n_classes, **of_classes)
        require_discriminator("discriminator", model.discriminator, self.game.n_inputs)
        require_discriminator("class_discriminator", model.class_discriminator, self.class_game.n_inputs)
        self.generator = Phase("generator", lambda: model.encoder.trainable_variables, in_joint=False)
        if self.class_game.estimates_shares:
            equal = keras.initializers.Constant(1 / model.n_classes)
            self.class_game.mean_shares = model.add_weight(
                (model.n_classes,), equal, trainable=False, aggregation="mean", name="mean_shares"
            )

    @staticmethod
    def take_settings(settings):
        """What a model's ``settings``, a dictionary, have for the games, taken out of it."""
        return {name: settings.pop(name) for name in (*OF_MODEL, *OF_CLASSES) if name in settings}

    def get_config(self):
        """Arguments that rebuild it, but for the model."""
        of_model = {
            "conditional": isinstance(self.game, ClassConditionalGame),
            "stop_class_gradient": self.stop_class_gradient,
        }
        return of_model | {name: getattr(self.class_game, name) for name in OF_CLASSES}

    @property
    def both(self):
        """The game on z, and the game on y."""
        return [self.game, self.class_game]

    @property
    def metrics(self):
        """Running means over the epoch of the losses of both games."""
        return [*self.game.metrics, *self.class_game.metrics]

    @property
    def neighbours_taken(self):
        """As in ``ClassGame``."""
        return self.class_game.neighbours_taken

    @property
    def phases(self):
        """The phases of both discriminators, and of the encoder as the generator of both games."""
        return [self.game.phase, self.generator, self.class_game.phase]

    @property
    def own_variables(self):
        """What the model must save of the games, by name: the estimated shares of the classes."""
        return {"mean_shares": self.class_game.mean_shares} if self.class_game.estimates_shares else {}

    def play(self, tape, noisy, others):
        """One step of both discriminators; then what the encoder has to lower: the weighted losses, a scalar.

        Args:
            tape: As in ``AdversarialGame.play``.
            noisy: As in ``ClassGame.show``.
            others: As in ``ClassGame.show``.
        """
        latent, shown = self.class_game.show(self.model, noisy, others)
        seed = self.model.seed_generator
        return self.game.play(tape, latent.z, latent.y, seed) + self.class_game.play(tape, shown, None, seed)

    def losses(self, noisy, others):
        """For the joint update: the ``Latent``, the generator's losses, and (phase, loss) of both discriminators."""
        latent, shown = self.class_game.show(self.model, noisy, others)
        seed = self.model.seed_generator
        loss, opponent = self.game.losses(latent.z, latent.y, seed)
        class_loss, class_opponent = self.class_game.losses(shown, None, seed)
        opponents = [(self.game.phase, opponent), (self.class_game.phase, class_opponent)]
        return latent, loss + class_loss, opponents


def with_neighbours(images):
    """What a batch has for images: them, and those of the other encodings, their neighbours or once more the images."""
    return images if isinstance(images, (tuple, list)) else (images, images)
