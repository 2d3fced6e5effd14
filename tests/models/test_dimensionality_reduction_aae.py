import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import heads
from aae.models.heads import separation_loss

from tests.models.moves import compiled, moved

NETWORKS = ("encoder", "decoder", "discriminator", "class_discriminator", "cluster_heads")
PHASES = {
    "reconstruction": {"encoder", "decoder", "cluster_heads"},
    "separation": {"cluster_heads"},
    "discriminator": {"discriminator"},
    "class_discriminator": {"class_discriminator"},
    "generator": {"encoder"},
    "classification": {"encoder"},
}


def batch_of(split):
    return to_range(split.images[::7]), tf.constant(split.labels[::7])


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_moves_its_own_networks(model_of_kind, few_digits, phase):
    model = compiled(model_of_kind("dimreduction"), PHASES, {phase: 0.1})
    assert moved(model, NETWORKS, batch_of(few_digits)) == PHASES[phase]


def test_the_representation_is_the_sum_of_head_and_style(model_of_kind, few_digits):
    model = model_of_kind("dimreduction", posterior="deterministic")
    images, _ = batch_of(few_digits)
    codes, logits = (np.asarray(head, np.float64) for head in model.encoder(images))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    by_hand = shares @ model.heads + codes
    np.testing.assert_allclose(model.represent(images), by_hand, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        model.reconstruct(images), model.decoder(by_hand.astype("float32")), rtol=1e-3, atol=1e-5
    )
    np.testing.assert_allclose(model.encode(images), codes, rtol=1e-5)


def test_a_class_is_decoded_round_its_head(model_of_kind):
    model = model_of_kind("dimreduction")
    codes = np.array([[0.5, -1], [0, 0]], np.float32)
    expected = model.decoder(codes + model.heads[[7, 2]])
    np.testing.assert_allclose(model.decode(codes, np.array([7, 2])), expected, rtol=1e-5)


def test_separation_alone_brings_heads_a_margin_apart(model_of_kind):
    model = compiled(model_of_kind("dimreduction", margin=3.0), PHASES, {"separation": 0.1})
    for _ in range(200):
        model._separate()
    assert float(separation_loss(model.heads, 2.9)) == 0


def test_its_weight_scales_the_step(model_of_kind, few_digits):
    steps = []
    for weight in (1.0, 3.0):
        model = compiled(
            model_of_kind("dimreduction", margin=5.0), PHASES, {"separation": 0.01}, loss_weights={"separation": weight}
        )
        before = model.heads
        model.train_step(batch_of(few_digits))
        steps.append(model.heads - before)
    np.testing.assert_allclose(steps[1], 3 * steps[0], rtol=1e-3, atol=1e-6)


def test_clusters_read_no_label_and_are_not_scored_by_accuracy(model_of_kind, few_digits):
    images, labels = batch_of(few_digits)
    weights = []
    for given in (labels, tf.zeros_like(labels)):
        model = model_of_kind("dimreduction", classes_are_labels=False)
        phases = [phase.name for phase in model.phases]
        assert "classification" not in phases
        model = compiled(model, phases, dict.fromkeys(phases, 0.1))
        logs = model.train_step((images, given))
        assert not {"accuracy", "classification_loss"} & set(logs)
        weights.append(model.encoder.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert set(model.test_step((images, labels))) == {"reconstruction_loss"}


def test_heads_are_averaged_too(model_of_kind, few_digits):
    model = compiled(model_of_kind("dimreduction", ema_decay=0.75), PHASES, {"separation": 0.1})
    start = model.heads
    model.train_step(batch_of(few_digits))
    moved = model.cluster_heads.get_weights()[0]
    assert not np.allclose(moved, start)
    np.testing.assert_allclose(model.heads, 0.75 * start + 0.25 * moved, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"margin": -1.0}, "0 or above"),
        ({"cluster_heads": heads.cluster_heads(9, 2)}, r"cluster_heads's input .*\(None, 10\)"),
        ({"cluster_heads": heads.cluster_heads(10, 3)}, r"cluster_heads's output .*\(None, 2\)"),
    ],
)
def test_what_does_not_fit_is_named(model_of_kind, arguments, words):
    model = model_of_kind("dimreduction")
    parts = {name: getattr(model, name) for name in (*NETWORKS, "prior", "n_classes")}
    with pytest.raises(InputError, match=words):
        type(model)(**parts | arguments)
