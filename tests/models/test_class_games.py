"""The games of models whose encoder gives classes: conditional, paired, against noise, with shares of classes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import load_model, networks, priors
from aae.models.class_game import ClassGame
from aae.models.regularization import ClassConditionalGame

from tests.conftest import slow
from tests.models.moves import changes, compiled
from tests.models.test_semisupervised_aae import NETWORKS, PHASES, batch_of

KINDS = ("semisupervised", "clustering", "dimreduction")


def kinds_and_updates(*fast):
    """A parametrisation by every kind and update; those that are not ``fast`` are slow."""
    cases = [(kind, update) for kind in KINDS for update in ("alternating", "joint")]
    return pytest.mark.parametrize(("kind", "update"), [case if case in fast else slow(*case) for case in cases])


def log_sigmoid(logits):
    return np.log(1 / (1 + np.exp(-np.asarray(logits, np.float64))))


class Fixed(priors.Prior):
    """A prior of one point."""

    n_codes, n_labels = 2, 3

    def sample_conditional(self, labels, seed=None):
        return np.full((len(labels), 2), 0.7, np.float32)


def test_samples_stand_beside_the_probabilities_of_the_codes_they_are_compared_with():
    weights = np.random.default_rng(0).normal(size=(5, 1)).astype(np.float32)
    dense = keras.layers.Dense(1, use_bias=False)
    game = ClassConditionalGame(Fixed(), keras.Sequential([keras.Input([5]), dense]), n_classes=3)
    dense.set_weights([weights])
    assert game.n_inputs == 5
    codes = np.array([[0.5, -1], [2, 3]], np.float32)
    classes = np.array([[0.2, 0.3, 0.5], [0.9, 0.1, 0.0]], np.float32)
    game.weigh({"discriminator": 2.0, "generator": 3.0})
    game.phase.optimizer = keras.optimizers.SGD(0.0)
    generator, discriminator = game.losses(codes, classes, None)
    real, fake = (np.hstack([seen, classes]) @ weights for seen in (np.full((2, 2), 0.7), codes))
    by_hand = -log_sigmoid(real).mean() - log_sigmoid(-fake).mean()
    assert float(discriminator) == pytest.approx(2 * by_hand, rel=1e-5)
    assert float(generator) == pytest.approx(-3 * log_sigmoid(fake).mean(), rel=1e-5)


def test_a_conditional_game_moves_the_codes_and_not_the_classes(model_of_kind, few_digits):
    weights = {"class_generator": 0.0}
    model = model_of_kind("semisupervised", conditional=True)
    model = compiled(model, PHASES, {"generator": 0.1}, loss_weights=weights)
    has_moved = changes(model, NETWORKS, batch_of(few_digits))["encoder"]
    assert all(has_moved[-4:-2])
    assert not any(has_moved[-2:])


def seen_by_class_discriminator(model, images):
    """What one step shows the class discriminator."""
    return model.games.class_game.show(model, model.corrupt(images), images)[1].numpy()


def test_two_encodings_differ_by_their_noise_alone(model_of_kind, few_digits):
    images = to_range(few_digits.images[:40])
    for noise in (0.0, 0.5):
        model = model_of_kind("semisupervised", paired=True, input_noise=noise)
        model.compile()
        seen = seen_by_class_discriminator(model, images)
        assert seen.shape == (40, 20)
        np.testing.assert_allclose(seen.sum(axis=1), 2, rtol=1e-5)
        if noise:
            assert np.abs(seen[:, :10] - seen[:, 10:]).max(axis=1).min() > 1e-4
        else:
            np.testing.assert_array_equal(seen[:, :10], seen[:, 10:])


def test_the_second_encoding_is_that_of_the_neighbour_where_the_batch_has_them(model_of_kind, few_digits):
    images, neighbours = to_range(few_digits.images[:40]), to_range(few_digits.images[40:80])
    model = model_of_kind("clustering", paired=True)
    model.compile()
    assert model.neighbours_taken == 1
    seen = model.games.class_game.show(model, images, neighbours)[1].numpy()
    for shown, of_images in [(seen[:, :10], images), (seen[:, 10:], neighbours)]:
        np.testing.assert_allclose(shown, model.infer(of_images).y, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_mean_over_an_image_and_its_neighbours_is_shown(model_of_kind, few_digits, kind):
    images, *others = (to_range(few_digits.images[start : start + 20]) for start in (0, 20, 40, 60))
    model = model_of_kind(kind, averaged=3, posterior="deterministic")
    model.compile()
    assert model.neighbours_taken == 3
    seen = model.games.class_game.show(model, images, tf.stack(others, axis=1))[1].numpy()
    expected = np.mean([model.classify(each) for each in (images, *others)], axis=0)
    np.testing.assert_allclose(seen, expected, rtol=1e-4, atol=1e-6)


def test_without_neighbours_two_encodings_of_an_image_are_averaged(model_of_kind, few_digits):
    images = to_range(few_digits.images[:20])
    for noise in (0.0, 0.5):
        model = model_of_kind("semisupervised", averaged=3, input_noise=noise)
        model.compile()
        latent, seen = model.games.class_game.show(model, model.corrupt(images), images)
        assert np.allclose(seen, latent.y, atol=1e-6) == (noise == 0)


def test_of_a_mean_every_image_has_its_share_of_the_gradient(model_of_kind, few_digits):
    """Finite differences in the encoder's last bias, through the generator's loss."""
    images, others = to_range(few_digits.images[:20]), to_range(few_digits.images[20:60])
    others = tf.reshape(others, [20, 2, 28, 28, 1])
    model = model_of_kind("semisupervised", averaged=2, posterior="deterministic")
    model.compile(loss_weights={"generator": 0.0})

    def loss():
        return model.games.losses(images, others)[1]

    bias = model.encoder.trainable_variables[-1]
    with tf.GradientTape() as tape:
        value = loss()
    gradient, before, step = tape.gradient(value, bias).numpy(), bias.numpy(), 1e-2
    differences = []
    for direction in np.eye(len(before), dtype=np.float32):
        found = []
        for sign in (1, -1):
            bias.assign(before + sign * step * direction)
            found.append(float(loss()))
        differences.append((found[0] - found[1]) / (2 * step))
    assert np.abs(gradient).max() > 1e-3
    np.testing.assert_allclose(gradient, differences, atol=0.01 * np.abs(gradient).max())


@pytest.mark.parametrize("arguments", [{"averaged": -1}, {"averaged": 2, "paired": True}])
def test_a_mean_over_no_neighbours_or_of_pairs_is_refused(arguments):
    with pytest.raises(InputError, match="expected neighbours to average over, or pairs"):
        ClassGame(networks.mlp_discriminator(3, (3,)), 3, **arguments)


def test_as_many_neighbours_as_are_averaged_are_required(model_of_kind, few_digits):
    images = to_range(few_digits.images[:10])
    model = model_of_kind("clustering", averaged=3)
    model.compile()
    batch = (images, tf.stack([images, images], axis=1)), few_digits.labels[:10]
    with pytest.raises(InputError, match=r"neighbours of shape \(10, 2, 28, 28, 1\) .*: expected 3 each"):
        model.fit(tf.data.Dataset.from_tensors(batch), verbose=0)


@kinds_and_updates()
def test_training_on_neighbours_differs_from_that_on_images_alone(model_of_kind, few_digits, kind, update):
    images, neighbours = (to_range(few_digits.images[start : start + 40]) for start in (0, 40))
    labels = few_digits.labels[:40]
    weights = []
    for others in (None, images, neighbours):
        model = model_of_kind(kind, paired=True, posterior="deterministic")
        model.compile(update=update)
        given = images if others is None else (images, others)
        model.fit(tf.data.Dataset.from_tensors((given, labels)).repeat(2), shuffle=False, verbose=0)
        weights.append(np.concatenate([np.ravel(weight) for weight in model.encoder.get_weights()]))
    np.testing.assert_allclose(weights[1], weights[0], rtol=1e-6)
    assert np.abs(weights[2] - weights[0]).max() > 1e-5


@pytest.mark.parametrize("kind", ["semisupervised", "clustering", "dimreduction"])
def test_the_reconstruction_gives_no_gradient_to_the_classes_where_it_is_stopped(model_of_kind, few_digits, kind):
    images, losses = to_range(few_digits.images[:50]), []
    for is_stopped in (True, False):
        model = model_of_kind(kind, posterior="deterministic", stop_class_gradient=is_stopped)
        model.compile()
        with tf.GradientTape() as tape:
            latent = model.infer(images)
            loss = model.reconstruction_error(images, latent)
        to_codes, to_classes = tape.gradient(loss, list(latent))
        assert np.abs(to_codes).max() > 0
        assert to_classes is None if is_stopped else np.abs(to_classes).max() > 0
        losses.append(float(loss))
    assert losses[0] == losses[1]


@pytest.mark.parametrize("settings", [{}, {"paired": True, "adversarial_noise": 0.5}])
def test_neighbours_for_a_game_without_a_place_for_them_are_refused(model_of_kind, few_digits, settings):
    images = to_range(few_digits.images[:10])
    model = model_of_kind("clustering", **settings)
    model.compile()
    batches = tf.data.Dataset.from_tensors(((images, images), few_digits.labels[:10]))
    with pytest.raises(InputError, match=r"images of type tuple: .*; images and neighbours are for a game on y"):
        model.fit(batches, verbose=0)


def test_neighbours_that_are_fewer_than_the_images_are_refused(model_of_kind, few_digits):
    images = to_range(few_digits.images[:10])
    model = model_of_kind("clustering", paired=True)
    model.compile()
    with pytest.raises(InputError, match=r"neighbours of shape \(9, 28, 28, 1\) for images of shape \(10, 28, 28, 1\)"):
        model.fit(tf.data.Dataset.from_tensors(((images, images[:9]), few_digits.labels[:10])), verbose=0)


def test_before_its_step_one_encoding_is_shown_twice(model_of_kind, few_digits):
    images = to_range(few_digits.images[:40])
    model = model_of_kind("semisupervised", paired=True, paired_from=2, adversarial_noise=0.5)
    model.compile()
    for step, is_alone in [(0, True), (1, True), (2, False), (3, False)]:
        model.class_discriminator_optimizer.iterations.assign(step)
        seen = seen_by_class_discriminator(model, images)
        assert np.array_equal(seen[:, :10], seen[:, 10:]) == is_alone


@pytest.mark.slow
@pytest.mark.parametrize("update", ["alternating", "joint"])
def test_after_its_step_training_is_that_of_a_model_paired_from_the_start(model_of_kind, few_digits, update):
    images = to_range(few_digits.images[:40])
    weights = []
    for paired_from in (0, 3):
        ways = {"paired": True, "paired_from": paired_from, "adversarial_noise": 0.5, "posterior": "deterministic"}
        model = model_of_kind("clustering", **ways)
        phases = [phase.name for phase in model.phases_under(update)]
        compiled(model, phases, dict.fromkeys(phases, 0.1), update=update)
        model.class_discriminator_optimizer.iterations.assign(3)
        for _ in range(2):
            tf.function(model.train_step)(images)
        weights.append([weight.numpy() for weight in model.encoder.weights + model.class_discriminator.weights])
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


def test_the_second_encoding_goes_downhill_on_the_highest_probability_by_the_norm_asked_for(model_of_kind, few_digits):
    """Against a gradient taken here by finite differences, through the encoder of the model."""
    images = to_range(few_digits.images[:4]).numpy()
    model = model_of_kind("semisupervised", paired=True, adversarial_noise=0.01)
    model.compile()
    seen = seen_by_class_discriminator(model, tf.constant(images))

    def probabilities(inputs):
        return model.classify(tf.constant(inputs.reshape(-1, 28, 28, 1))).numpy().astype(np.float64)

    step = 1e-2
    for index, image in enumerate(images):
        top = seen[index, :10].argmax()
        moved = image.ravel() + step * np.concatenate([np.eye(784), -np.eye(784)]).astype(np.float32)
        ahead, behind = np.split(probabilities(moved)[:, top], 2)
        gradient = (ahead - behind) / (2 * step)
        expected = probabilities(image.ravel() - 0.01 * gradient / np.linalg.norm(gradient))[0]
        np.testing.assert_allclose(seen[index, 10:], expected, atol=2e-5)
        assert seen[index, 10 + top] < seen[index, top]


@kinds_and_updates()
def test_every_model_with_a_class_head_trains_with_all_of_them(model_of_kind, few_digits, kind, update):
    ways = {"conditional": True, "paired": True, "adversarial_noise": 0.5, "class_shares": "estimated"}
    ways |= {"stop_class_gradient": True}
    model = model_of_kind(
        kind, **ways, paired_from=4, estimate_from=8, hidden_noise=0.3, batch_norm=True, input_noise=0.1
    )
    model.compile(update=update)
    images, labels = to_range(few_digits.images).numpy(), few_digits.labels
    history = model.fit(images, labels, batch_size=50, epochs=2, verbose=0).history
    for name in ("class_generator_loss", "generator_loss", "reconstruction_loss"):
        assert np.isfinite(history[name]).all()


@pytest.mark.slow
def test_saved_with_the_model(model_of_kind, few_digits, tmp_path):
    ways = {"conditional": True, "paired": True, "adversarial_noise": 0.5, "class_shares": "estimated"}
    ways |= {"stop_class_gradient": True, "averaged": 0}
    model = model_of_kind("semisupervised", **ways, estimate_from=3, paired_from=2)
    model.compile()
    model.fit(to_range(few_digits.images).numpy(), few_digits.labels, batch_size=50, verbose=0)
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    assert copy.games.get_config() == ways | {"estimate_from": 3, "paired_from": 2}
    shares = model.games.class_game.mean_shares
    assert np.abs(shares - 0.1).max() > 1e-6
    np.testing.assert_array_equal(copy.games.class_game.mean_shares, shares)


def test_classes_are_sampled_as_often_as_their_shares_say():
    counts = priors.Categorical(3, [1, 2, 5]).sample(8000, 0).numpy().sum(axis=0)
    np.testing.assert_allclose(counts / 8000, [1 / 8, 2 / 8, 5 / 8], atol=0.02)


@pytest.mark.parametrize("shares", [[1, 2], [1, 0, 1], [1, -1, 1], [1, float("nan"), 1]])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(InputError, match="expected a finite number above 0 for each"):
        priors.Categorical(3, shares)


def test_copies_stand_side_by_side():
    twice = priors.Repeated(priors.Categorical(4), 2)
    # A generator goes on with every draw, where an int would give the same one twice.
    samples = twice.sample(50, keras.random.SeedGenerator(0)).numpy()
    assert twice.n_codes == 8
    np.testing.assert_array_equal(samples[:, :4], samples[:, 4:])
    np.testing.assert_array_equal(samples[:, :4], priors.Categorical(4).sample(50, keras.random.SeedGenerator(0)))


def test_estimated_shares_are_the_moving_average_of_the_encoders(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised", class_shares="estimated"), PHASES, {})
    images, labelled = batch_of(few_digits)
    for _ in range(2):
        model.train_step((images, labelled))
    of_batch = model.classify(images).numpy().mean(axis=0)
    expected = 0.1
    for _ in range(2):
        expected = 0.999 * expected + 0.001 * of_batch
    np.testing.assert_allclose(model.games.class_game.mean_shares, expected, rtol=1e-5)


def test_estimated_shares_hold_from_their_step_on(model_of_kind):
    model = model_of_kind("clustering", class_shares="estimated", estimate_from=2)
    model.compile()
    shares = np.arange(1, 11) / 55
    game = model.games.class_game
    game.mean_shares.assign(shares)
    for step, expected in [(0, np.full(10, 0.1)), (1, np.full(10, 0.1)), (2, shares)]:
        model.class_discriminator_optimizer.iterations.assign(step)
        samples = game.prior.sample(20000, 0).numpy()
        np.testing.assert_allclose(samples.mean(axis=0), expected, atol=0.01)


@pytest.mark.parametrize("arguments", [{"adversarial_noise": 1.0}, {"paired": True, "adversarial_noise": -1.0}])
def test_noise_that_no_game_would_see_is_refused(arguments):
    with pytest.raises(InputError, match="expected a norm, 0 or above, and paired"):
        ClassGame(networks.mlp_discriminator(6, (3,)), 3, **arguments)


def test_a_discriminator_that_does_not_see_both_encodings_is_named(model_of_kind):
    model = model_of_kind("clustering")
    parts = {name: getattr(model, name) for name in (*NETWORKS, "prior", "n_classes")}
    with pytest.raises(InputError, match=r"class_discriminator's input .*\(None, 20\)"):
        type(model)(**parts, paired=True)
    with pytest.raises(InputError, match=r"discriminator's input .*\(None, 12\)"):
        type(model)(**parts, conditional=True)
