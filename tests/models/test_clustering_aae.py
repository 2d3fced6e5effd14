import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range

from tests.conftest import slow
from tests.models.moves import compiled, moved

NETWORKS = ("encoder", "decoder", "discriminator", "class_discriminator")
PHASES = {
    "reconstruction": {"encoder", "decoder"},
    "discriminator": {"discriminator"},
    "class_discriminator": {"class_discriminator"},
    "generator": {"encoder"},
}


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_moves_its_own_networks(model_of_kind, few_digits, phase):
    model = compiled(model_of_kind("clustering"), PHASES, {phase: 0.1})
    assert moved(model, NETWORKS, to_range(few_digits.images[:40])) == PHASES[phase]


def test_no_label_is_read(model_of_kind, few_digits):
    images = to_range(few_digits.images[:40])
    weights = []
    for labels in (None, few_digits.labels[:40], np.full(40, -1)):
        model = model_of_kind("clustering")
        model.compile()
        model.train_step(images if labels is None else (images, tf.constant(labels)))
        weights.append([variable.numpy() for variable in model.encoder.variables])
    for others in weights[1:]:
        for one, other in zip(weights[0], others, strict=True):
            np.testing.assert_array_equal(one, other)


def test_batch_norm_in_the_heads_normalises_codes_and_logits_over_the_batch(model_of_kind, few_digits):
    model = model_of_kind("clustering", posterior="deterministic", batch_norm=True)
    codes, logits = model.encoder(to_range(few_digits.images), training=True)
    for head in (codes, logits):
        np.testing.assert_allclose(np.mean(head, axis=0), 0, atol=1e-3)
    # The weights of the codes begin so small that Keras's epsilon outweighs their variance.
    np.testing.assert_allclose(np.std(logits, axis=0), 1, atol=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clustering", slow("semisupervised"), slow("dimreduction")])
def test_every_phase_trains_with_batch_norm(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, batch_norm=True, ema_decay=0.5)
    model.compile({phase.name: keras.optimizers.SGD(0.01, 0.9) for phase in model.phases})
    images = to_range(few_digits.images).numpy()
    history = model.fit(images, few_digits.labels, batch_size=100, verbose=0).history
    assert np.isfinite(list(history.values())).all()
    # The moving moments of batch norm are averaged like weights, so the averaged encoder is one of its own.
    assert not np.allclose(model.encode(images), model.posterior.mean(model.encoder(images, training=False)[0]))
