"""The variational autoencoder (Kingma and Welling 2014), to set beside the adversarial one (paper, figure 2)."""

import keras
import tensorflow as tf

from ..errors import InputError
from . import keras_internals
from .autoencoder import Autoencoder, Latent
from .losses import LossTracker
from .priors import Gaussian
from .training_step import training_step


@keras.saving.register_keras_serializable(package="aae")
class VAE(Autoencoder):
    """Autoencoder whose Gaussian posteriors a Kullback-Leibler divergence, in closed form, brings to a Gaussian prior.

    Its loss is the negative evidence lower bound: reconstruction error + KL(q(z|x) ‖ p(z)).

    Args:
        encoder: Built Keras model from images to [batch, 2 n_codes]: means, then raw scales.
        decoder: As in ``Autoencoder``.
        prior: ``priors.Gaussian``; no other has the closed form.
        posterior: "gaussian".
        **settings: As in ``Autoencoder``.

    Raises:
        InputError: If prior or posterior is not Gaussian, if ``code_noise`` is not 0, or as ``Autoencoder`` says.
    """

    def __init__(self, encoder, decoder, prior, posterior="gaussian", **settings):
        if not isinstance(prior, Gaussian):
            raise InputError(
                f"a VAE with the prior {type(prior).__name__}: its divergence has a closed form for Gaussian"
            )
        if posterior != "gaussian":
            raise InputError(f"a VAE with a {posterior} posterior: expected gaussian")
        super().__init__(encoder, decoder, prior, posterior, **settings)
        if self.code_noise:
            raise InputError(f"a VAE with code_noise {self.code_noise}: expected 0, for its posterior learns its scale")
        self.kl_divergence = LossTracker("kl_divergence")

    @property
    def metrics(self):
        """Running means over the epoch of both terms of the loss."""
        return [self.reconstruction_loss, self.kl_divergence]

    @training_step
    def train_step(self, data):
        """One step on images, or on ``(images, labels)``: encoder and decoder lower error and divergence together."""
        images, _ = self.unpack(data)
        noisy = self.corrupt(images)
        with tf.GradientTape() as tape:
            posterior = self.encoder_outputs(noisy, training=True)
            latent = Latent(self.posterior.sample(posterior, self.seed_generator))
            divergence = self._divergence(posterior)
            loss = self.reconstruction_error(images, latent) + divergence
        self.kl_divergence.track(divergence, self.reconstruction.optimizer.iterations)
        self.reconstruction.minimize(tape, loss)
        return self.finish_step()

    def test_step(self, data):
        """Reconstruction error from the mean codes, and the divergence."""
        images, labels = self.unpack(data, training=False)
        posterior = self.encoder_outputs(images)
        self._measure_reconstruction(images, Latent(self.posterior.mean(posterior)), labels)
        self.kl_divergence.update_state(self._divergence(posterior), sample_weight=tf.shape(images)[0])
        return keras_internals.results_of_step(self.get_metrics_result())

    def _divergence(self, posterior):
        return tf.reduce_mean(self.posterior.kl_divergence(posterior, self.prior.std))
