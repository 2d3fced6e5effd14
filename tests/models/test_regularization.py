import keras
import numpy as np
import pytest
from aae.models import priors
from aae.models.regularization import AdversarialGame, discriminator_loss, generator_loss

FIXED = 0.7


class Fixed(priors.Prior):
    """A prior of one point."""

    n_codes, n_labels = 2, 3

    def sample_conditional(self, labels, seed=None):
        return np.full((len(labels), 2), FIXED, np.float32)


class AtLabel(Fixed):
    """A prior of one point for each label."""

    def sample_conditional(self, labels, seed=None):
        return np.repeat(labels[:, None] + FIXED, 2, axis=1).astype(np.float32)


def log_sigmoid(logits):
    return np.log(1 / (1 + np.exp(-np.asarray(logits, np.float64))))


def test_losses_are_the_textbooks():
    real, fake = np.random.default_rng(0).normal(0, 3, (2, 50, 1)).astype(np.float32)
    by_hand = -log_sigmoid(real).mean() - log_sigmoid(-fake).mean()
    assert float(discriminator_loss(real, fake)) == pytest.approx(by_hand, rel=1e-5)
    assert float(generator_loss(fake)) == pytest.approx(-log_sigmoid(fake).mean(), rel=1e-5)


def test_losses_of_a_certain_discriminator_stay_finite():
    logits = np.array([[-1000.0], [1000.0]], np.float32)
    assert float(discriminator_loss(logits, logits)) == pytest.approx(1000)
    assert float(generator_loss(logits)) == pytest.approx(500)


def test_an_undecided_discriminator_costs_two_logs_of_two():
    zeros = np.zeros((4, 1), np.float32)
    assert float(discriminator_loss(zeros, zeros)) == pytest.approx(2 * np.log(2))


def test_discriminator_sees_code_and_label_with_an_extra_class():
    game = AdversarialGame(priors.PetalMixture(2), lambda seen, training: seen, n_classes=3)
    seen = game.logits(np.array([[0.5, -1], [2, 3], [4, 5]], np.float32), np.array([2, -1, 0], np.int32))
    expected = [[0.5, -1, 0, 0, 1, 0], [2, 3, 0, 0, 0, 1], [4, 5, 1, 0, 0, 0]]
    np.testing.assert_array_equal(seen, expected)


def test_a_discriminator_that_sees_labels_is_given_those_of_samples_and_codes():
    weights = np.random.default_rng(0).normal(size=(6, 1)).astype(np.float32)
    dense = keras.layers.Dense(1, use_bias=False)
    game = AdversarialGame(AtLabel(), keras.Sequential([keras.Input([6]), dense]), n_classes=3)
    dense.set_weights([weights])
    codes, labels = np.array([[0.5, -1], [2, 3], [-1, 4]], np.float32), np.array([2, -1, 1], np.int32)
    game.phase.optimizer = keras.optimizers.SGD(0.0)
    game.phase.optimizer.build(game.phase.variables)
    game.weigh({"discriminator": 1.0, "generator": 1.0})
    game.discriminator_phase(codes, labels, None)
    one_hot = np.eye(4)[[2, 3, 1]]
    real, fake = (np.hstack([seen, one_hot]) @ weights for seen in (AtLabel().sample_conditional(labels), codes))
    by_hand = -log_sigmoid(real).mean() - log_sigmoid(-fake).mean()
    assert float(game.metrics[0].result()) == pytest.approx(by_hand, rel=1e-5)
    assert float(game.metrics[2].result()) == pytest.approx((real > 0).mean())
    assert float(game.metrics[3].result()) == pytest.approx((fake < 0).mean())


def test_the_discriminators_step_is_the_gradient_of_the_textbooks_loss():
    weights = np.random.default_rng(0).normal(size=(2, 1)).astype(np.float32)
    dense = keras.layers.Dense(1, use_bias=False)
    game = AdversarialGame(Fixed(), keras.Sequential([keras.Input([2]), dense]))
    dense.set_weights([weights])
    game.phase.optimizer = keras.optimizers.SGD(0.5)
    game.phase.optimizer.build(game.phase.variables)
    game.weigh({"discriminator": 3.0, "generator": 1.0})
    real, fake = np.full((3, 2), FIXED), np.array([[0.5, -1], [2, 3], [-1, 4]], np.float32)
    game.discriminator_phase(fake, None, None)
    taken_for_real = [1 / (1 + np.exp(-seen @ weights)) for seen in (real, fake)]
    # The derivative of log σ(t) is 1 - σ(t), that of log(1 - σ(t)) is -σ(t).
    slope = (taken_for_real[1] * fake - (1 - taken_for_real[0]) * real).mean(axis=0)
    np.testing.assert_allclose(dense.get_weights()[0][:, 0], weights[:, 0] - 0.5 * 3 * slope, rtol=1e-5)


def test_discriminator_without_labels_sees_the_code_alone():
    game = AdversarialGame(priors.Gaussian(2), lambda seen, training: seen)
    codes = np.array([[0.5, -1]], np.float32)
    np.testing.assert_array_equal(game.logits(codes, np.array([2], np.int32)), codes)


def test_prior_samples_follow_the_labels_only_in_a_game_with_labels():
    codes, labels = np.zeros((3000, 2), np.float32), np.full(3000, 5, np.int32)
    with_labels = AdversarialGame(priors.PetalMixture(2), None, n_classes=10).sample_prior(codes, labels, 0)
    without = AdversarialGame(priors.PetalMixture(2), None).sample_prior(codes, None, 0)
    with_labels, without = with_labels.numpy(), without.numpy()
    assert with_labels.mean(axis=0) == pytest.approx([-1.4, 0], abs=0.05)
    assert without.mean(axis=0) == pytest.approx([0, 0], abs=0.1)
