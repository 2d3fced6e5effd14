import keras
import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.models import Autoencoder, networks, priors


def test_a_step_moves_encoder_and_decoder(model_of_kind, few_digits):
    model = model_of_kind("ae")
    model.compile({"reconstruction": keras.optimizers.SGD(0.1)})
    before = [variable.numpy() for variable in model.trainable_variables]
    model.train_step((to_range(few_digits.images[:32]),))
    assert all((variable.numpy() != old).any() for variable, old in zip(model.trainable_variables, before, strict=True))


@pytest.mark.slow
def test_a_denoising_autoencoder_takes_noise_away(digits):
    """Trained briefly, it brings noisy digits nearer to the clean ones than they were."""
    keras.utils.set_random_seed(0)
    model = Autoencoder(
        networks.mlp_encoder((28, 28, 1), 32, (128,)),
        networks.mlp_decoder(32, (28, 28, 1), (128,)),
        priors.Gaussian(32),
        input_noise=0.8,
    )
    model.compile({"reconstruction": keras.optimizers.Adam(2e-3)})
    images = to_range(digits.images).numpy()
    model.fit(images, batch_size=50, epochs=2, verbose=0)
    noisy = images[:500] + 0.8 * np.random.default_rng(0).normal(size=images[:500].shape).astype(np.float32)
    cleaned = model.reconstruct(noisy).numpy()
    assert ((cleaned - images[:500]) ** 2).mean() < 0.3 * ((noisy - images[:500]) ** 2).mean()


@pytest.mark.slow
def test_normalised_codes_have_mean_0_and_deviation_1(digits):
    keras.utils.set_random_seed(0)
    encoder = networks.mlp_encoder((28, 28, 1), 3, (64,), normalised=True)
    model = Autoencoder(encoder, networks.mlp_decoder(3, (28, 28, 1), (64,)), priors.Gaussian(3))
    model.compile({"reconstruction": keras.optimizers.Adam(1e-3)})
    images = to_range(digits.images).numpy()
    model.fit(images, batch_size=50, epochs=3, verbose=0)
    # While weights move the running moments lag behind.
    model.compile({"reconstruction": keras.optimizers.SGD(0.0)})
    model.fit(images, batch_size=50, verbose=0)
    codes = model.encode(images).numpy()
    assert np.abs(codes.mean(axis=0)) == pytest.approx(0, abs=0.1)
    # The layer's epsilon counts where the encoder's outputs are small.
    assert codes.std(axis=0) == pytest.approx(1, abs=0.25)
