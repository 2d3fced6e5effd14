"""Posteriors q(z|x): how the encoder's output becomes a code (paper, section 2)."""

import keras
import tensorflow as tf

from ..errors import choose
from .replicas import shard_rows


class DeterministicPosterior:
    """The encoder's output is the code; all that is random in q(z) comes from the data."""

    name = "deterministic"
    has_noise_input = False

    def params_size(self, n_codes):
        """Number of values the encoder must give for ``n_codes`` codes."""
        return n_codes

    def encoder_inputs(self, images, encoder, seed):
        """What ``encoder`` is given for ``images``: the images."""
        return images

    def mean(self, outputs):
        """Mean code for encoder ``outputs``, float32 [batch, n_codes]: float32 [batch, n_codes]."""
        return outputs

    def sample(self, outputs, seed):
        """The code itself; nothing is random."""
        return outputs


class GaussianPosterior(DeterministicPosterior):
    """The encoder gives a mean and a raw scale for each code; z = mean + softplus(raw scale) · ε, ε ~ N(0, I)."""

    name = "gaussian"

    def params_size(self, n_codes):
        """Number of values the encoder must give for ``n_codes`` codes: means, then raw scales."""
        return 2 * n_codes

    def mean(self, outputs):
        """Mean code for encoder ``outputs``, float32 [batch, 2 n_codes]: float32 [batch, n_codes]."""
        return tf.split(outputs, 2, axis=1)[0]

    def sample(self, outputs, seed):
        """One code per image by reparameterisation, so that gradients reach the encoder: float32 [batch, n_codes]."""
        mean, raw_scale = tf.split(outputs, 2, axis=1)
        noise = shard_rows(lambda n: keras.random.normal((n, mean.shape[1]), seed=seed), tf.shape(mean)[0])
        return mean + tf.nn.softplus(raw_scale) * noise

    def kl_divergence(self, outputs, prior_std):
        """KL(q(z|x) ‖ N(0, prior_std² I)) of each image, in nats, in closed form: float32 [batch].

        Args:
            outputs: The encoder's, float32 [batch, 2 n_codes].
            prior_std: Standard deviation of the prior, above 0.
        """
        mean, raw_scale = tf.split(outputs, 2, axis=1)
        scale = tf.nn.softplus(raw_scale) / prior_std
        return tf.reduce_sum(0.5 * (scale**2 + (mean / prior_std) ** 2 - 1) - tf.math.log(scale), axis=1)


class UniversalPosterior(DeterministicPosterior):
    """The encoder is given noise η ~ N(0, I) beside the image, z = f(x, η): a universal approximator of q(z|x).

    It can be of any shape, because the game asks for samples of q(z|x) only and never for its density. Its mean has no
    closed form; the code for η = 0 stands for it.
    """

    name = "universal"
    has_noise_input = True

    def encoder_inputs(self, images, encoder, seed):
        """What ``encoder`` is given for ``images``: the images, and noise [batch, n_noise].

        Args:
            images: float32 [batch, height, width, channels].
            encoder: Keras model of two inputs, the second [batch, n_noise].
            seed: ``keras.random.SeedGenerator``, int, or None for noise of 0.
        """
        images = tf.convert_to_tensor(images)
        n_images, width = tf.shape(images)[0], encoder.input_shape[1][-1]
        if seed is None:
            return [images, tf.zeros((n_images, width))]
        return [images, shard_rows(lambda n: keras.random.normal((n, width), seed=seed), n_images)]


POSTERIORS = {
    posterior.name: posterior for posterior in (GaussianPosterior(), DeterministicPosterior(), UniversalPosterior())
}


def get(name):
    """The posterior called ``name``.

    Raises:
        InputError: If there is none of that name.
    """
    return choose("posterior", name, POSTERIORS)
