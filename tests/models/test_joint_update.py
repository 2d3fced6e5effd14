import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import load_model

from tests.conftest import KINDS, slow

ADVERSARIAL = [kind for kind in KINDS if kind not in ("ae", "vae")]
WEIGHTS = {"reconstruction": 2.0, "generator": 3.0, "discriminator": 5.0}


def changes(model, images, rates, **ways):
    """By network, how far a step moves its weights, each optimiser an SGD of the rate in ``rates``, or at rest."""
    phases = model.phases_under(ways.get("update"))
    model.compile({phase.name: keras.optimizers.SGD(rates.get(phase.name, 0.0)) for phase in phases}, WEIGHTS, **ways)
    parts = [part for part in model.parts if part != "prior"]
    before = {part: getattr(model, part).get_weights() for part in parts}
    model.train_step((images, np.arange(len(images)) % 10))
    return {
        part: np.concatenate([(a - b).ravel() for a, b in zip(getattr(model, part).get_weights(), old, strict=True)])
        for part, old in before.items()
    }


@pytest.mark.parametrize("kind", [kind if kind in ("aae", "semisupervised") else slow(kind) for kind in ADVERSARIAL])
def test_it_adds_up_the_gradients_that_each_phase_would_take_at_the_start(model_of_kind, few_digits, kind):
    images = to_range(few_digits.images[:40])

    def step(rates, **ways):
        return changes(model_of_kind(kind, posterior="deterministic"), images, rates, **ways)

    joint = step({"reconstruction": 1.0, "discriminator": 1.0, "class_discriminator": 1.0}, update="joint")
    phases = ["reconstruction", "generator"]
    if kind in ("semisupervised", "dimreduction"):
        phases.append("classification")
    moves = {phase: step({phase: 1.0}) for phase in phases}
    np.testing.assert_allclose(joint["encoder"], sum(move["encoder"] for move in moves.values()), rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(joint["decoder"], moves["reconstruction"]["decoder"], rtol=1e-5, atol=1e-4)
    assert all(np.abs(move["encoder"]).max() > 1e-3 for move in moves.values())
    for name in ("discriminator", "class_discriminator"):
        if name in joint:
            np.testing.assert_allclose(joint[name], step({name: 1.0})[name], rtol=1e-5, atol=1e-4)
            assert np.abs(joint[name]).max() > 1e-3


def test_it_reports_every_loss(model_of_kind, few_digits):
    images, labels = to_range(few_digits.images[:40]), few_digits.labels[:40]
    logs = []
    for update in ("alternating", "joint"):
        model = model_of_kind("semisupervised", posterior="deterministic")
        model.compile({phase.name: keras.optimizers.SGD(0.0) for phase in model.phases_under(update)}, update=update)
        logs.append({name: float(value) for name, value in model.train_step((images, labels)).items()})
    assert logs[1] == pytest.approx(logs[0], rel=1e-5)


def test_an_unknown_update_is_refused(small_model):
    with pytest.raises(InputError, match="update 'both': expected one of alternating, phases, joint"):
        small_model().compile(update="both")


def test_it_is_saved_with_the_model(small_model, tmp_path):
    model = small_model()
    model.compile(update="joint")
    model.save(tmp_path / "model.keras")
    assert load_model(tmp_path / "model.keras").update == "joint"


def test_it_classifies_in_every_so_many_steps(model_of_kind, few_digits):
    images = to_range(few_digits.images[:40])
    model = model_of_kind("semisupervised", posterior="deterministic")
    still = {phase.name: keras.optimizers.SGD(0.0) for phase in model.phases_under("joint")}
    model.compile(still, update="joint", classify_every=3)
    counts = []
    for _ in range(7):
        model.train_step((images, few_digits.labels[:40]))
        counts.append(int(model.classification.accuracy.count))
    assert counts == [40, 40, 40, 80, 80, 80, 120]
    assert model.classification.phase.optimizer is None


@pytest.mark.slow
def test_a_step_that_classifies_is_the_same_in_any_rhythm(model_of_kind, few_digits):
    images, labels = to_range(few_digits.images[:40]), few_digits.labels[:40]
    weights = []
    for every in (1, 3):
        model = model_of_kind("semisupervised", posterior="deterministic", batch_norm=True)
        rates = {phase.name: keras.optimizers.SGD(0.1) for phase in model.phases_under("joint")}
        model.compile(rates, {"classification": 10.0}, update="joint", classify_every=every)
        tf.function(model.train_step)((images, labels))
        weights.append([weight.numpy() for weight in model.encoder.weights])
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)
