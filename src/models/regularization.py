"""One adversarial game: a discriminator learns to tell codes from samples of a prior (paper, section 2)."""

import tensorflow as tf


class AdversarialGame:
    """A prior, the discriminator that guards it, and the two losses of their game.

    Args:
        prior: The distribution to impose on the codes.
        discriminator: Keras model from [batch, n_codes] (with ``n_classes``: [batch, n_codes + n_classes + 1]) to one
            logit [batch, 1], positive for "from the prior".
        n_classes: Number of classes whose one-hot label the discriminator sees beside the code, with one extra class
            for "no label" (paper, section 2.3 and figure 3); None for a game without labels.
    """

    def __init__(self, prior, discriminator, n_classes=None):
        self.prior = prior
        self.discriminator = discriminator
        self.n_classes = n_classes

    def sample_prior(self, labels, seed):
        """Samples of the prior to set against a batch: of each label's own component where the game has labels.

        Args:
            labels: int [batch], negative where an image has none.
            seed: ``keras.random.SeedGenerator``.

        Returns:
            float32 [batch, n_codes].
        """
        if self.n_classes is None:
            return self.prior.sample(tf.shape(labels)[0], seed)
        return self.prior.sample_for_labels(labels, seed)

    def logits(self, codes, labels, training=None):
        """What the discriminator says of ``codes``, float32 [batch, n_codes]: logits, float32 [batch, 1]."""
        if self.n_classes is not None:
            classes = tf.where(labels < 0, self.n_classes, labels)
            codes = tf.concat([codes, tf.one_hot(classes, self.n_classes + 1, dtype=codes.dtype)], axis=1)
        return self.discriminator(codes, training=training)


def discriminator_loss(prior_logits, code_logits):
    """-E[log D(z')] - E[log(1 - D(z))], z' from the prior and z from the encoder, mean over the batch; a scalar.

    Written on logits, where -log σ(t) = softplus(-t), so that no confident discriminator overflows.
    """
    return tf.reduce_mean(tf.nn.softplus(-prior_logits)) + tf.reduce_mean(tf.nn.softplus(code_logits))


def generator_loss(code_logits):
    """The non-saturating generator loss -E[log D(z)], mean over the batch; a scalar."""
    return tf.reduce_mean(tf.nn.softplus(-code_logits))
