import numpy as np
import pytest
from aae.evaluation.codes import encode_all, sample_all_codes

IMAGES = np.arange(2500).astype(np.uint8).reshape(-1, 1, 1, 1)
LABELS = np.zeros(2500, int)


class FirstPixel:
    """A model whose code is the first pixel, with noise where one is drawn."""

    image_range = (0.0, 1.0)

    def encode(self, images):
        return images[:, 0, 0]

    def sample_codes(self, images, seed):
        import keras

        return images[:, 0, 0] + keras.random.normal((len(images), 1), seed=seed)


def test_all_codes_come_in_the_order_of_the_images_and_their_range():
    codes = encode_all(FirstPixel(), IMAGES, LABELS)
    assert codes[:, 0] == pytest.approx(IMAGES.ravel() / 255, abs=1e-6)


def test_drawn_codes_have_noise_of_their_own_in_every_batch():
    noise = sample_all_codes(FirstPixel(), IMAGES, LABELS, seed=0)[:, 0] - IMAGES.ravel() / 255
    assert noise.std() == pytest.approx(1, abs=0.05)
    assert not np.allclose(noise[:1000], noise[1000:2000])
    again = sample_all_codes(FirstPixel(), IMAGES, LABELS, seed=0)[:, 0] - IMAGES.ravel() / 255
    np.testing.assert_array_equal(noise, again)
