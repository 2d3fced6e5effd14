import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models.priors import Categorical

from tests.models.moves import changes, compiled, moved

NETWORKS = ("encoder", "decoder", "discriminator", "class_discriminator")
PHASES = {
    "reconstruction": {"encoder", "decoder"},
    "discriminator": {"discriminator"},
    "class_discriminator": {"class_discriminator"},
    "generator": {"encoder"},
    "classification": {"encoder"},
}


def batch_of(split, n=40):
    images, labels = to_range(split.images[::7][:n]), tf.constant(split.labels[::7][:n])
    return images, (images[: n // 2], labels[: n // 2])


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_moves_its_own_networks(model_of_kind, few_digits, phase):
    model = compiled(model_of_kind("semisupervised"), PHASES, {phase: 0.1})
    assert moved(model, NETWORKS, batch_of(few_digits)) == PHASES[phase]


def test_classification_leaves_the_head_of_the_codes_alone(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {"classification": 0.1})
    names = [variable.path.split("/")[-2] for variable in model.encoder.trainable_variables]
    has_moved = changes(model, NETWORKS, batch_of(few_digits))["encoder"]
    code_head = model.encoder.layers[-2].name
    assert [name for name, moves in zip(names, has_moved, strict=True) if not moves] == [code_head] * 2


@pytest.mark.parametrize(("weight", "moves"), [("generator", "codes"), ("class_generator", "classes")])
def test_each_game_moves_its_own_head(model_of_kind, few_digits, weight, moves):
    """With the other game's weight at 0, the generator phase moves one head."""
    weights = {"generator": 0.0, "class_generator": 0.0} | {weight: 6.0}
    model = compiled(model_of_kind("semisupervised"), PHASES, {"generator": 0.1}, loss_weights=weights)
    has_moved = changes(model, NETWORKS, batch_of(few_digits))["encoder"]
    heads = {"codes": has_moved[-4:-2], "classes": has_moved[-2:]}
    assert all(heads.pop(moves))
    assert not any(next(iter(heads.values())))


def test_the_games_are_one_piece_of_code_with_two_priors(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {})
    assert isinstance(model.games.class_game, type(model.games.game))
    assert model.games.game.prior is model.prior
    assert isinstance(model.games.class_game.prior, Categorical)
    logs = model.train_step(batch_of(few_digits))
    images = batch_of(few_digits)[0]
    logits = model.class_discriminator(model.classify(images)).numpy().astype(np.float64)
    assert float(logs["class_generator_loss"]) == pytest.approx(np.log1p(np.exp(-logits)).mean(), rel=1e-4)
    assert float(logs["class_discriminator_accuracy_fake"]) == pytest.approx(np.mean(logits < 0))


def test_classification_loss_is_the_cross_entropy_of_the_labelled(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {})
    images, (labelled, labels) = batch_of(few_digits)
    logs = model.train_step((images, (labelled, labels)))
    probabilities = model.classify(labelled).numpy().astype(np.float64)
    by_hand = -np.log(probabilities[np.arange(20), labels.numpy()]).mean()
    assert float(logs["classification_loss"]) == pytest.approx(by_hand, rel=1e-4)
    assert float(logs["accuracy"]) == pytest.approx(np.mean(probabilities.argmax(axis=1) == labels.numpy()))


def test_classification_moves_the_bias_of_a_class_by_what_its_probabilities_lack(model_of_kind, few_digits):
    weights = {"classification": 2.0}
    model = compiled(model_of_kind("semisupervised"), PHASES, {"classification": 0.5}, loss_weights=weights)
    images, (labelled, labels) = batch_of(few_digits)
    lacking = np.eye(10)[labels.numpy()] - model.classify(labelled).numpy()
    bias = model.encoder.trainable_variables[-1]
    before = bias.numpy()
    model.train_step((images, (labelled, labels)))
    # The derivative of the cross-entropy by the logits is the probabilities less the one-hot label.
    np.testing.assert_allclose(bias.numpy() - before, 0.5 * 2 * lacking.mean(axis=0), rtol=1e-4, atol=1e-6)


def test_images_without_a_label_do_not_count_in_the_classification(model_of_kind, few_digits):
    """One stream with labels of -1 classifies as the labelled images alone do."""
    images, labels = to_range(few_digits.images[::7]), few_digits.labels[::7]
    some = tf.constant(np.where(np.arange(len(labels)) % 4 == 0, labels, -1))
    alone = tf.constant(labels[::4])
    logs = [
        compiled(model_of_kind("semisupervised"), PHASES, {}).train_step(batch)
        for batch in ((images, some), (images, (images[::4], alone)))
    ]
    for name in ("classification_loss", "accuracy"):
        assert float(logs[0][name]) == pytest.approx(float(logs[1][name]), rel=1e-4)


def test_no_label_at_all_costs_nothing(model_of_kind, few_digits):
    images = to_range(few_digits.images[::7])
    model = compiled(model_of_kind("semisupervised"), PHASES, {"classification": 1.0})
    has_moved = changes(model, NETWORKS, (images, tf.fill([len(images)], -1)))
    assert not any(has_moved["encoder"])


def test_classification_comes_every_so_many_steps(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {"classification": 0.1}, classify_every=3)
    batch = batch_of(few_digits)
    moves = [any(changes(model, NETWORKS, batch)["encoder"]) for _ in range(7)]
    assert moves == [True, False, False, True, False, False, True]
    assert int(model.classification_optimizer.iterations) == 3


def test_the_rhythm_is_the_same_in_fit(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {"classification": 0.1}, classify_every=4)
    dataset = tf.data.Dataset.from_tensors(batch_of(few_digits)).repeat(10)
    model.fit(dataset, verbose=0, shuffle=False)
    assert int(model.classification_optimizer.iterations) == 3


def test_the_decoder_is_given_codes_and_probabilities(model_of_kind, few_digits):
    model = model_of_kind("semisupervised", posterior="deterministic")
    images = to_range(few_digits.images[:5])
    codes, logits = model.encoder(images)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.classify(images), shares, rtol=1e-5)
    z, y = model.infer(images)
    np.testing.assert_allclose(np.concatenate([z, y], axis=1), np.concatenate([codes, shares], axis=1), rtol=1e-5)
    np.testing.assert_allclose(
        model.reconstruct(images), model.decoder(np.concatenate([codes, shares], axis=1)), rtol=1e-4, atol=1e-6
    )


def test_one_hot_classes_are_decoded_as_the_decoder_learned_them(model_of_kind):
    model = model_of_kind("semisupervised")
    codes = np.array([[0.5, -1]], np.float32)
    seen = np.concatenate([codes, np.eye(10)[[7]]], axis=1).astype(np.float32)
    np.testing.assert_array_equal(model.decode(codes, np.array([7])), model.decoder(seen))


def test_reported_accuracy_is_that_of_the_split(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {})
    images = to_range(few_digits.images).numpy()
    metrics = model.evaluate(images, few_digits.labels, batch_size=70, verbose=0, return_dict=True)
    right = model.classify(images).numpy().argmax(axis=1) == few_digits.labels
    assert float(metrics["accuracy"]) == pytest.approx(right.mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"encoder": "aae"}, "encoder has 1 outputs: expected 2"),
        ({"class_discriminator": "discriminator"}, r"class_discriminator's input .*\(None, 10\)"),
        ({"n_classes": 9}, r"encoder's output .*\(None, 9\)"),
    ],
)
def test_networks_that_do_not_fit_are_named(model_of_kind, change, words):
    model = model_of_kind("semisupervised")
    parts = {name: getattr(model, name) for name in (*NETWORKS, "prior", "n_classes")}
    for role, other in change.items():
        if role == "n_classes":
            parts[role] = other
        else:
            parts[role] = model_of_kind("aae").encoder if other == "aae" else getattr(model, other)
    with pytest.raises(InputError, match=words):
        type(model)(**parts)


def test_a_rhythm_below_one_is_refused(model_of_kind):
    with pytest.raises(InputError, match="at least 1"):
        model_of_kind("semisupervised").compile(classify_every=0)


def test_smoothed_labels_share_their_rest_among_all_classes(model_of_kind, few_digits):
    model = compiled(model_of_kind("semisupervised"), PHASES, {}, label_smoothing=0.2)
    images, (labelled, labels) = batch_of(few_digits)
    logs = model.train_step((images, (labelled, labels)))
    logarithms = np.log(model.classify(labelled).numpy().astype(np.float64))
    targets = 0.8 * np.eye(10)[labels.numpy()] + 0.02
    assert float(logs["classification_loss"]) == pytest.approx(-(targets * logarithms).sum(axis=1).mean(), rel=1e-4)


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_a_smoothing_that_leaves_no_label_is_refused(model_of_kind, smoothing):
    with pytest.raises(InputError, match=r"label_smoothing .*: expected a share, at least 0 and below 1"):
        model_of_kind("semisupervised").compile(label_smoothing=smoothing)
