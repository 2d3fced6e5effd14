import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError

PHASES = {"reconstruction": {"encoder", "decoder"}, "discriminator": {"discriminator"}, "generator": {"encoder"}}


def moved_networks(model, batch, rates):
    """Names of the networks that a step changes, given a rate for each phase."""
    model.compile({name: keras.optimizers.SGD(rates.get(name, 0.0)) for name in PHASES})
    names = ("encoder", "decoder", "discriminator")
    before = {name: [v.numpy() for v in getattr(model, name).trainable_variables] for name in names}
    model.train_step(batch)
    after = {name: [v.numpy() for v in getattr(model, name).trainable_variables] for name in names}
    return {n for n in names if any((a != b).any() for a, b in zip(after[n], before[n], strict=True))}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("conditional", [True, False])
def test_each_phase_moves_its_own_networks(model_of_kind, few_digits, phase, conditional):
    model = model_of_kind("supervised", conditional=conditional)
    batch = to_range(few_digits.images[::10]), tf.constant(few_digits.labels[::10])
    assert moved_networks(model, batch, {phase: 0.1}) == PHASES[phase]


def test_the_decoder_is_given_codes_and_one_hot_labels(model_of_kind):
    model = model_of_kind("supervised")
    codes = np.array([[0.5, -1], [2, 3]], np.float32)
    seen = np.concatenate([codes, np.eye(10)[[7, 0]]], axis=1).astype(np.float32)
    np.testing.assert_array_equal(model.decode(codes, np.array([7, 0])), model.decoder(seen))
    assert not np.allclose(model.decode(codes, np.array([7, 0])), model.decode(codes, np.array([6, 1])))


def test_training_gives_the_decoder_the_true_labels(model_of_kind, few_digits):
    """Of the decoder's first kernel, the rows of the labels in the batch move, and no others but the codes'."""
    model = model_of_kind("supervised")
    model.compile({name: keras.optimizers.SGD(rate) for name, rate in zip(PHASES, (1.0, 0.0, 0.0), strict=True)})
    chosen = np.isin(few_digits.labels, [3, 8])
    kernel = model.decoder.trainable_variables[0]
    before = kernel.numpy()
    model.train_step((to_range(few_digits.images[chosen]), tf.constant(few_digits.labels[chosen])))
    rows = np.flatnonzero((kernel.numpy() != before).any(axis=1))
    assert rows.tolist() == [0, 1, 2 + 3, 2 + 8]


def test_the_conditional_game_brings_every_class_to_the_whole_prior(model_of_kind):
    labels = np.arange(4000, dtype=np.int32) % 10
    game = model_of_kind("supervised").game
    samples = game.sample_prior(np.zeros((4000, 2), np.float32), labels, 0).numpy()
    for label in range(10):
        assert np.abs(samples[labels == label].mean(axis=0)).max() < 0.2
    game.discriminator = lambda seen, training: seen
    assert game.logits(samples, labels).numpy()[:, 2:].argmax(axis=1).tolist() == labels.tolist()


def test_samples_have_the_classes_asked_for_or_all_of_them(model_of_kind):
    model = model_of_kind("supervised")
    seen = []
    model.inference_network = lambda name: lambda inputs, training: seen.append(inputs.numpy()) or tf.zeros((1, 1))
    model.sample(5, seed=0, labels=np.full(5, 4))
    assert seen[0][:, 2:].argmax(axis=1).tolist() == [4] * 5
    model.sample(5000, seed=0)
    counts = np.bincount(seen[1][:, 2:].argmax(axis=1), minlength=10)
    # Each count is binomial, of mean 500 and deviation 21.
    assert np.abs(counts - 500).max() < 100


def test_networks_that_do_not_fit_are_named(model_of_kind):
    model = model_of_kind("supervised", conditional=False)
    parts = model.encoder, model.decoder, model.discriminator, model.prior
    with pytest.raises(InputError, match=r"discriminator's input .*\(None, 13\)"):
        type(model)(*parts, n_classes=10)
    with pytest.raises(InputError, match=r"decoder's input .*\(None, 9\)"):
        type(model)(*parts, n_classes=7, conditional=False)
