"""That an adversarial autoencoder learns, on real digits, and that the test would notice if a part of it did not."""

import keras
import numpy as np
import pytest
from aae.data import keep_labels
from aae.data.pipeline import classification_batches, to_range, training_batches
from aae.evaluation.label_probe import label_probe
from aae.models import priors

PRIOR_STD = 2.0


def train_two_epochs(small_model, digits, frozen=None):
    """Trains on the 5,000 digits; returns the reconstruction error before and after, and codes drawn at the end."""
    model = small_model(priors.Gaussian(2, PRIOR_STD), hidden=(256, 256))
    model.compile({phase.name: keras.optimizers.Adam(1e-3, beta_1=0.5) for phase in model.phases})
    if frozen:
        getattr(model, f"{frozen}_optimizer").learning_rate = 0.0
    images = to_range(digits.images)
    looked_at = images[::10].numpy(), digits.labels[::10]
    before = model.evaluate(*looked_at, verbose=0)
    batches = training_batches(digits.images, digits.labels, 32, seed=0)
    model.fit(batches, epochs=2, steps_per_epoch=len(digits) // 32, verbose=0, shuffle=False)
    return before, model.evaluate(*looked_at, verbose=0), model.sample_codes(images, seed=0).numpy()


def fits_the_prior(codes):
    """Means within 0.3 and deviations within a third of the prior's."""
    means, deviations = codes.mean(axis=0) / PRIOR_STD, codes.std(axis=0) / PRIOR_STD
    return bool((np.abs(means) < 0.3).all() and (deviations > 0.67).all() and (deviations < 1.33).all())


@pytest.mark.slow
def test_two_epochs_halve_the_error_and_bring_the_codes_to_the_prior(small_model, digits):
    # Tried on two seeds: deviations of 0.91 to 1.03 of the prior's. With the discriminator's step left out, codes ran
    # off to means of 2.8 of the prior's deviations, or collapsed to 0.02 of them; without the generator phase they
    # kept deviations of 0.24 to 0.47. The test below keeps trying both.
    before, after, codes = train_two_epochs(small_model, digits)
    assert after < before / 2
    assert fits_the_prior(codes)


@pytest.mark.slow
@pytest.mark.parametrize("frozen", ["discriminator", "generator"])
def test_a_game_with_a_player_missing_does_not_pass(small_model, digits, frozen):
    _, _, codes = train_two_epochs(small_model, digits, frozen)
    assert not fits_the_prior(codes)


def train_classifier(model_of_kind, digits, frozen=None):
    """Trains on 4,000 digits of which 200 have their label; returns the accuracy on the 1,000 others."""
    model = model_of_kind("semisupervised", priors.Gaussian(5), hidden=(256, 256))
    optimizers = {phase.name: keras.optimizers.Adam(1e-3, beta_1=0.5) for phase in model.phases}
    model.compile(optimizers | ({frozen: keras.optimizers.SGD(0.0)} if frozen else {}))
    seen, unseen = digits.take(np.arange(5000) % 5 > 0), digits.take(np.arange(5000) % 5 == 0)
    batches = classification_batches(seen.images, keep_labels(seen.labels, 200, 0), 50, 0)
    model.fit(batches, epochs=4, steps_per_epoch=80, verbose=0, shuffle=False)
    return (model.classify(to_range(unseen.images)).numpy().argmax(axis=1) == unseen.labels).mean()


@pytest.mark.slow
def test_few_labels_are_enough_to_classify(model_of_kind, digits):
    assert train_classifier(model_of_kind, digits) > 0.75


@pytest.mark.slow
def test_without_the_phase_that_reads_labels_none_are_enough(model_of_kind, digits):
    assert train_classifier(model_of_kind, digits, frozen="classification") < 0.5


def train_supervised(model_of_kind, digits, conditional):
    """Trains with 2 codes; returns how well a line tells the label from the code."""
    model = model_of_kind("supervised", priors.Gaussian(2), hidden=(256, 256), conditional=conditional)
    model.compile({phase.name: keras.optimizers.Adam(1e-3, beta_1=0.5) for phase in model.phases})
    batches = training_batches(digits.images, digits.labels, 50, seed=0)
    model.fit(batches, epochs=6, steps_per_epoch=100, verbose=0, shuffle=False)
    return label_probe(model.encode(to_range(digits.images)).numpy(), digits.labels)["linear"]


@pytest.mark.slow
def test_a_discriminator_that_is_given_the_label_takes_it_out_of_the_codes(model_of_kind, digits):
    # Tried on two seeds: 0.11 and 0.13 with the label given, 0.25 and 0.28 without; a tenth is what chance gives.
    leaks = {conditional: train_supervised(model_of_kind, digits, conditional) for conditional in (True, False)}
    assert leaks[True] < leaks[False] - 0.05
