"""What every model does alike: save and load, repeat, average weights, look without touching."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import load_model
from aae.training.fit import training_stream

from tests.conftest import KINDS, kinds_of_which, slow

kinds = pytest.mark.parametrize("kind", KINDS)


def fit(model, split, steps=4):
    batches = training_stream(model, split.images, split.labels, 50, 0)
    return model.fit(batches, steps_per_epoch=steps, verbose=0, shuffle=False).history


def outputs(model, split):
    """Everything a model says of some images, by name."""
    images, labels = to_range(split.images[:20], model.image_range), split.labels[:20]
    said = {
        "codes": model.encode(images),
        "reconstructions": model.reconstruct(images, labels),
        "drawn": model.sample_codes(images, 1),
        "samples": model.sample(7, 2),
    }
    return said | ({"classes": model.classify(images)} if hasattr(model, "classify") else {})


@kinds_of_which("supervised")
@pytest.mark.parametrize("ema_decay", [slow(0.0), 0.9])
def test_a_saved_model_says_the_same_and_trains_on_as_if_never_saved(
    model_of_kind, few_digits, tmp_path, kind, ema_decay
):
    model = model_of_kind(kind, dropout=0.3, input_noise=0.1, ema_decay=ema_decay)
    model.compile()
    fit(model, few_digits)
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    assert type(copy) is type(model)
    expected, said = outputs(model, few_digits), outputs(copy, few_digits)
    for name, values in expected.items():
        np.testing.assert_array_equal(said[name], values, err_msg=name)
    for one in (model, copy):
        one.jit_compile = False
        fit(one, few_digits, steps=2)
    assert len(model.variables) == len(copy.variables)
    for variable, twin in zip(model.variables, copy.variables, strict=True):
        np.testing.assert_array_equal(variable, twin)


@kinds_of_which("supervised", "semisupervised")
def test_the_settings_of_a_loaded_model_are_those_saved(model_of_kind, tmp_path, kind):
    model = model_of_kind(kind, input_noise=0.2, ema_decay=0.5, image_range=(0.0, 1.0), likelihood="bernoulli", seed=3)
    every = {"classify_every": 7, "label_smoothing": 0.25} if kind == "semisupervised" else {}
    weights = {name: 2.0 + index for index, name in enumerate(model.losses_weighted)}
    model.compile(loss_weights=weights, **every)
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    assert (copy.input_noise, copy.ema_decay, copy.image_range, copy.seed) == (0.2, 0.5, (0, 1), 3)
    assert copy.likelihood.name == "bernoulli"
    assert copy.loss_weights == weights
    for name, value in every.items():
        assert getattr(copy, name) == value
    if kind == "supervised":
        assert copy.conditional is True


@kinds_of_which("vae", "dimreduction")
def test_the_average_is_the_exponential_one(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, ema_decay=0.75)
    model.compile({phase.name: keras.optimizers.SGD(0.01) for phase in model.phases})
    by_hand = [weight.numpy() for weight in model.encoder.weights + model.decoder.weights]
    averaged = model.ema_encoder.weights + model.ema_decoder.weights
    for mean, start in zip(averaged, by_hand, strict=True):
        np.testing.assert_array_equal(mean, start)
    for batch in training_stream(model, few_digits.images, few_digits.labels, 50, 0).take(3):
        model.train_step(batch)
        weights = model.encoder.weights + model.decoder.weights
        by_hand = [0.75 * mean + 0.25 * weight.numpy() for mean, weight in zip(by_hand, weights, strict=True)]
    for mean, expected in zip(averaged, by_hand, strict=True):
        np.testing.assert_allclose(mean, expected, rtol=1e-5, atol=1e-7)


@kinds
def test_the_averaged_weights_are_those_that_answer(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, ema_decay=0.9)
    before = outputs(model, few_digits)
    for variable in model.encoder.trainable_variables + model.decoder.trainable_variables:
        variable.assign_add(tf.ones_like(variable))
    for name, values in outputs(model, few_digits).items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)
    for variable in model.ema_encoder.weights + model.ema_decoder.weights:
        variable.assign(variable * 1.5 + 0.1)
    for name, values in outputs(model, few_digits).items():
        if name != "samples":
            assert not np.allclose(values, before[name]), name


@kinds_of_which("aae", "dimreduction")
def test_what_is_measured_is_what_the_averaged_weights_say(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, ema_decay=0.9, dropout=0.5)
    for variable in model.encoder.trainable_variables + model.decoder.trainable_variables:
        variable.assign_add(0.1 * tf.ones_like(variable))
    images, labels = to_range(few_digits.images[::6]), few_digits.labels[::6]
    # Two batches, of which the second is smaller.
    for batch in (slice(0, 40), slice(40, 50)):
        metrics = model.test_step((images[batch], labels[batch]))
    error = 0.5 * ((images - model.reconstruct(images, labels)) ** 2).numpy().sum() / 50
    assert float(metrics["reconstruction_loss"]) == pytest.approx(error, rel=1e-5)


@kinds_of_which("aae", "vae", "dimreduction")
def test_outside_training_there_is_no_noise(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, input_noise=0.5, dropout=0.5)
    images, labels = to_range(few_digits.images[::6]), few_digits.labels[::6]
    outputs = model.encoder(images, training=False)
    of_codes = outputs[0] if isinstance(outputs, list) else outputs
    np.testing.assert_allclose(model.encode(images), of_codes[:, : model.n_codes], rtol=1e-5)
    np.testing.assert_array_equal(model.reconstruct(images, labels), model.reconstruct(images, labels))


@kinds_of_which("vae")
def test_averaging_does_not_change_the_training(model_of_kind, few_digits, kind):
    weights = []
    for ema_decay in (0.0, 0.9):
        model = model_of_kind(kind, ema_decay=ema_decay)
        model.compile()
        fit(model, few_digits)
        weights.append([variable.numpy() for variable in model.encoder.weights + model.decoder.weights])
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


@kinds
def test_images_in_0_to_1_come_back_in_0_to_1(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, likelihood="bernoulli", image_range=(0.0, 1.0))
    for name, images in outputs(model, few_digits).items():
        if name in ("reconstructions", "samples"):
            assert images.shape[1:] == (28, 28, 1)
            assert np.min(images) >= 0
            assert np.max(images) <= 1


@kinds_of_which("supervised", "dimreduction")
def test_shapes_as_a_keras_model(model_of_kind, few_digits, kind):
    model = model_of_kind(kind)
    images = to_range(few_digits.images[:12]).numpy()
    given = (images, few_digits.labels[:12]) if kind == "supervised" else images
    assert model.predict(given, verbose=0).shape == images.shape
    np.testing.assert_allclose(model(given), model.reconstruct(images, few_digits.labels[:12]), atol=1e-5)


@pytest.mark.slow
def test_images_alone_are_enough_where_no_label_is_read(model_of_kind, few_digits):
    images = to_range(few_digits.images).numpy()
    for kind in ("ae", "vae", "aae"):
        model = model_of_kind(kind)
        model.compile()
        history = model.fit(images, batch_size=100, verbose=0).history
        assert np.isfinite(history["reconstruction_loss"]).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"ema_decay": 1.0}, "at least 0 and below 1"),
        ({"input_noise": -0.1}, "0 or above"),
        ({"likelihood": "bernoulli"}, r"expected \[0, 1\]"),
        ({"likelihood": "cauchy"}, "'cauchy'"),
    ],
)
@kinds
def test_settings_out_of_range_are_named(model_of_kind, kind, arguments, words):
    config = model_of_kind(kind).get_config()
    with pytest.raises(InputError, match=words):
        KINDS[kind].from_config(config | arguments)


@kinds
def test_what_compile_does_not_know_is_refused(model_of_kind, kind):
    model = model_of_kind(kind)
    with pytest.raises(InputError, match=r"optimizers \['generators'\]: expected some of \['reconstruction'"):
        model.compile({"generators": keras.optimizers.SGD(0.1)})
    with pytest.raises(InputError, match=r"loss_weights \['generator_weight'\]: expected some of "):
        model.compile(loss_weights={"generator_weight": 1.0})
    if kind in ("aae", "semisupervised"):
        with pytest.raises(InputError, match=r"optimizers \['generator'\]: expected some of "):
            model.compile({"generator": keras.optimizers.SGD(0.1)}, update="joint")
    if kind not in ("semisupervised", "dimreduction"):
        with pytest.raises(InputError, match="expected a model that classifies"):
            model.compile(label_smoothing=0.1)


@kinds
def test_at_most_two_levels_above_keras(kind):
    levels = KINDS[kind].__mro__.index(keras.Model)
    assert levels == (1 if kind == "ae" else 2)


@pytest.mark.parametrize("kind", ["supervised", "semisupervised", "clustering", "dimreduction"])
def test_a_decoder_of_classes_without_one_is_refused(model_of_kind, kind):
    with pytest.raises(InputError, match=r"a decoder of 10 classes without labels: expected int \[batch\]"):
        model_of_kind(kind).decode(np.zeros((3, 2), np.float32))


@kinds_of_which("vae", "semisupervised")
def test_a_phase_without_a_step_of_its_own_has_no_optimizer(model_of_kind, tmp_path, kind):
    model = model_of_kind(kind)
    if kind in ("ae", "vae"):
        assert [phase.name for phase in model.phases] == ["reconstruction"]
        return
    model.compile(update="joint")
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    for phase in copy.phases:
        assert (phase.optimizer is None) == (phase.name in ("generator", "classification"))


@kinds
def test_on_the_way_between_two_images_lie_their_reconstructions_and_the_mean_of_their_codes(
    model_of_kind, few_digits, kind
):
    model = model_of_kind(kind, classes_are_labels=False)
    first, second = to_range(few_digits.images[:2]), to_range(few_digits.images[-2:])
    labels = few_digits.labels[:2], few_digits.labels[-2:]
    way = model.interpolate(first, second, 3, *labels)
    np.testing.assert_allclose(way[:, 0], model.reconstruct(first, labels[0]), atol=1e-5)
    np.testing.assert_allclose(way[:, 2], model.reconstruct(second, labels[1]), atol=1e-5)
    if not model.has_styles:
        middle = (model.encode(first) + model.encode(second)) / 2
        np.testing.assert_allclose(way[:, 1], model.decode(middle), atol=1e-5)
    with pytest.raises(InputError, match="1 places between two images: expected at least 2"):
        model.interpolate(first, second, 1, *labels)
