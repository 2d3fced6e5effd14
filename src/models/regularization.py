"""One adversarial game: a discriminator learns to tell codes from samples of a prior (paper, section 2)."""

import keras
import tensorflow as tf

from .losses import LossTracker
from .phase import Phase
from .precision import float32
from .replicas import pad_to_global, shard_rows


class AdversarialGame:
    """A prior, the discriminator that guards it, the two losses of their game, and their running means.

    Games on codes z and on classes y are the same thing with another prior. ``phase`` is the discriminator's;
    ``compile`` gives it an optimiser and both losses their weights.

    Args:
        prior: The distribution to impose on the codes.
        discriminator: Keras model from [batch, n_codes] (with ``n_classes``: [batch, n_codes + n_classes + 1]) to one
            logit [batch, 1], positive for "from the prior".
        n_classes: Number of classes whose one-hot label the discriminator sees beside the code, with one extra class
            for "no label" (paper, section 2.3 and figure 3); None for a game without labels.
        labels_choose: Whether a label chooses the component that the prior is sampled from, so that every class finds
            its own place; otherwise every class is brought to the whole prior, so that codes say nothing of the label.
        name: What the names of the metrics begin with, for a model with several games.
    """

    def __init__(self, prior, discriminator, n_classes=None, labels_choose=True, name=""):
        self.prior = prior
        self.discriminator = discriminator
        self.n_classes = n_classes
        self.labels_choose = labels_choose
        self.name = name
        self.phase = Phase(f"{name}discriminator", lambda: discriminator.trainable_variables)
        self.discriminator_weight = self.generator_weight = None
        self._discriminator_loss = LossTracker(f"{name}discriminator_loss")
        self._generator_loss = LossTracker(f"{name}generator_loss")
        self._accuracy_real = keras.metrics.Mean(f"{name}discriminator_accuracy_real")
        self._accuracy_fake = keras.metrics.Mean(f"{name}discriminator_accuracy_fake")

    @property
    def metrics(self):
        """Running means over the epoch: both losses, and how often the discriminator is right."""
        return [self._discriminator_loss, self._generator_loss, self._accuracy_real, self._accuracy_fake]

    @property
    def n_inputs(self):
        """Width of what the discriminator sees."""
        return self.prior.n_codes + self.condition_width

    @property
    def condition_width(self):
        """Width of what it sees beside the codes."""
        return 0 if self.n_classes is None else self.n_classes + 1

    def weigh(self, loss_weights):
        """Takes the weights of its losses from those of a model, a dictionary by name."""
        self.discriminator_weight = loss_weights[f"{self.name}discriminator"]
        self.generator_weight = loss_weights[f"{self.name}generator"]

    def play(self, tape, codes, labels, seed):
        """One step of the discriminator; then what the generator has to lower, on the same codes.

        The encoder runs once for both: the discriminator's step does not change it.

        Args:
            tape: The generator's, which does not see the discriminator's step.
            codes: float32 [batch, n_codes].
            labels: int [batch], negative where there is none; unread (and None will do) in a game without labels.
            seed: ``keras.random.SeedGenerator`` of the samples.

        Returns:
            The weighted generator loss, a scalar.
        """
        with tape.stop_recording():
            self.discriminator_phase(codes, labels, seed)
        made_before = self.phase.optimizer.iterations - 1
        return self.generator_weight * self._tracked_generator_loss(
            self.logits(codes, labels, training=True), codes, made_before
        )

    def discriminator_phase(self, codes, labels, seed):
        """One step of the discriminator, which learns to tell ``codes`` from as many samples of the prior.

        Args:
            codes: As in ``play``, like the others.
            labels: As in ``play``.
            seed: As in ``play``.
        """
        samples = self.sample_prior(codes, labels, seed)
        with tf.GradientTape() as tape:
            # One pass through the discriminator for both, so that its weights are read and their gradients taken once.
            both_labels = labels if self.n_classes is None else tf.concat([labels, labels], axis=0)
            both_logits = self.logits(tf.concat([samples, codes], axis=0), both_labels, training=True)
            prior_logits, code_logits = tf.split(both_logits, 2)
            loss = self.discriminator_weight * self._tracked_discriminator_loss(prior_logits, code_logits, codes)
        self.phase.minimize(tape, loss)

    def losses(self, codes, labels, seed):
        """What generator and discriminator have to lower, from one look at ``codes``: two weighted losses, scalars."""
        step = self.phase.optimizer.iterations
        prior_logits = self.logits(self.sample_prior(codes, labels, seed), labels, training=True)
        code_logits = self.logits(codes, labels, training=True)
        opponent = self.discriminator_weight * self._tracked_discriminator_loss(prior_logits, code_logits, codes)
        return self.generator_weight * self._tracked_generator_loss(code_logits, codes, step), opponent

    def _tracked_generator_loss(self, code_logits, codes, step):
        loss = generator_loss(code_logits)
        self._generator_loss.track(loss, step, codes)
        return loss

    def _tracked_discriminator_loss(self, prior_logits, code_logits, codes):
        loss = discriminator_loss(prior_logits, code_logits)
        self._accuracy_real.update_state(prior_logits > 0)
        self._accuracy_fake.update_state(code_logits < 0)
        self._discriminator_loss.track(loss, self.phase.optimizer.iterations, codes)
        return loss

    def sample_prior(self, codes, labels, seed):
        """Samples of the prior to set against ``codes``: of each label's own component where labels choose."""
        if self.n_classes is not None and self.labels_choose:
            return shard_rows(lambda _: self.prior.sample_conditional(pad_to_global(labels), seed), tf.shape(codes)[0])
        return shard_rows(lambda n: self.prior.sample(n, seed), tf.shape(codes)[0])

    def logits(self, codes, labels, training=None):
        """What the discriminator says of ``codes``, float32 [batch, n_codes]: logits, float32 [batch, 1]."""
        if self.n_classes is not None:
            codes = tf.concat([codes, self.condition(labels)], axis=1)
        return float32(self.discriminator(codes, training=training))

    def condition(self, labels):
        """What the discriminator sees beside codes with ``labels``, int [batch]: float32 [batch, condition_width]."""
        labels = tf.cast(labels, tf.int32)
        return tf.one_hot(tf.where(labels < 0, self.n_classes, labels), self.condition_width)


class ClassConditionalGame(AdversarialGame):
    """A game whose discriminator sees, beside a code, the probabilities of the classes that the encoder gives.

    A sample of the prior is set beside the same probabilities as the code it is compared with, so that the codes of
    every class are brought to the whole prior and the decoder must learn the class from y. No gradient goes to the
    probabilities. In every method ``labels`` are those probabilities, float32 [batch, n_classes].

    Args:
        prior: As in ``AdversarialGame``.
        discriminator: Keras model from [batch, n_codes + n_classes] to one logit [batch, 1].
        n_classes: Number of classes.
        name: As in ``AdversarialGame``.
    """

    def __init__(self, prior, discriminator, n_classes, name=""):
        super().__init__(prior, discriminator, n_classes, labels_choose=False, name=name)

    @property
    def condition_width(self):
        """Width of what the discriminator sees beside the codes."""
        return self.n_classes

    def condition(self, labels):
        """The probabilities themselves, without their gradient."""
        return tf.stop_gradient(labels)


def discriminator_loss(prior_logits, code_logits):
    """-E[log D(z')] - E[log(1 - D(z))], z' from the prior and z from the encoder, mean over the batch; a scalar.

    Written on logits, where -log σ(t) = softplus(-t), so that no confident discriminator overflows.
    """
    return tf.reduce_mean(tf.nn.softplus(-prior_logits)) + tf.reduce_mean(tf.nn.softplus(code_logits))


def generator_loss(code_logits):
    """The non-saturating generator loss -E[log D(z)], mean over the batch; a scalar."""
    return tf.reduce_mean(tf.nn.softplus(-code_logits))
