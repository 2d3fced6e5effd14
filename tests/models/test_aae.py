import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import half_labelled_batches, to_range, training_batches
from aae.errors import InputError
from aae.models import AAE, load_model, networks, priors

from tests.conftest import slow

NETWORKS = ("encoder", "decoder", "discriminator")
PHASES = {
    "reconstruction": {"encoder", "decoder"},
    "discriminator": {"discriminator"},
    "generator": {"encoder"},
}


def weights_of(model):
    """A copy of every trainable variable, by network."""
    return {name: [v.numpy().copy() for v in getattr(model, name).trainable_variables] for name in NETWORKS}


def moved(before, after):
    """Networks of which every variable changed, and those of which any did."""
    changes = {
        name: [not np.array_equal(old, new) for old, new in zip(before[name], after[name], strict=True)]
        for name in NETWORKS
    }
    return {name for name in NETWORKS if all(changes[name])}, {name for name in NETWORKS if any(changes[name])}


def batch_of(split, n=32):
    return to_range(split.images[:n]), tf.constant(split.labels[:n])


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("n_classes", [None, 10])
def test_each_phase_moves_its_own_variables_and_no_others(small_model, few_digits, phase, n_classes):
    model = small_model(priors.PetalMixture(2), n_classes=n_classes)
    rates = {name: 0.1 if name == phase else 0.0 for name in PHASES}
    model.compile({name: keras.optimizers.SGD(rate) for name, rate in rates.items()})
    # ReLU units that are all off would keep a variable still.
    for variable in model.trainable_variables:
        variable.assign_add(0.01 * keras.random.normal(variable.shape, seed=1))
    before = weights_of(model)
    model.train_step(batch_of(few_digits))
    every, some = moved(before, weights_of(model))
    assert every == some == PHASES[phase]


def smooth_model(n_classes=None):
    """A model without kinks and without noise, so that differences of its losses are finite differences."""
    keras.utils.set_random_seed(3)
    n_seen = 2 if n_classes is None else 3 + n_classes
    dense = keras.layers.Dense
    encoder = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(), dense(9, "tanh"), dense(2)])
    decoder = keras.Sequential([keras.Input([2]), dense(36, "tanh"), keras.layers.Reshape((6, 6, 1))])
    discriminator = keras.Sequential([keras.Input([n_seen]), dense(8, "tanh"), dense(1)])
    return AAE(encoder, decoder, discriminator, priors.Gaussian(2), "deterministic", n_classes)


@pytest.mark.parametrize("n_classes", [None, 10])
def test_generator_gradient_is_that_of_finite_differences(n_classes):
    model = smooth_model(n_classes)
    rates = {"reconstruction": 0.0, "discriminator": 0.0, "generator": 1.0}
    model.compile({name: keras.optimizers.SGD(rate) for name, rate in rates.items()}, {"generator": 3.0})
    images = np.random.default_rng(0).uniform(-1, 1, (16, 6, 6, 1)).astype(np.float32)
    labels = np.arange(16, dtype=np.int32) % 11 - 1
    kernel = model.encoder.trainable_variables[0]
    start = kernel.numpy().copy()
    direction = np.random.default_rng(1).normal(size=start.shape).astype(np.float32)

    def loss(step):
        """-E[log D(z)] in NumPy, with the encoder's first kernel moved along the direction."""
        kernel.assign(start + step * direction)
        codes = model.encode(images).numpy()
        if n_classes:
            codes = np.concatenate([codes, np.eye(n_classes + 1)[labels]], axis=1)
        logits = model.discriminator(codes).numpy().astype(np.float64)
        return -np.log(1 / (1 + np.exp(-logits))).mean()

    slope = (loss(1e-2) - loss(-1e-2)) / 2e-2
    kernel.assign(start)
    model.train_step((images, labels))
    # With a rate of 1, the step is the gradient of the weighted loss, turned round.
    assert np.sum((kernel.numpy() - start) * direction) == pytest.approx(-3.0 * slope, rel=1e-2)


def test_a_step_reports_the_losses_of_its_batch():
    model = smooth_model()
    model.compile({phase.name: keras.optimizers.SGD(0.0) for phase in model.phases})
    images = np.random.default_rng(0).uniform(-1, 1, (16, 6, 6, 1)).astype(np.float32)
    logs = model.train_step((images, np.zeros(16, np.int32)))
    squares = (images - model.reconstruct(images).numpy()) ** 2
    logits = model.discriminator(model.encode(images)).numpy()
    assert float(logs["reconstruction_loss"]) == pytest.approx(0.5 * squares.sum() / 16, rel=1e-5)
    assert float(logs["generator_loss"]) == pytest.approx(np.log1p(np.exp(-logits)).mean(), rel=1e-5)
    assert float(logs["discriminator_accuracy_fake"]) == pytest.approx(np.mean(logits < 0))


def test_adam_with_half_beta_1_is_the_default(small_model):
    model = small_model()
    model.compile()
    for optimizer in (model.reconstruction_optimizer, model.discriminator_optimizer, model.generator_optimizer):
        assert isinstance(optimizer, keras.optimizers.Adam)
        assert optimizer.beta_1 == 0.5
        assert float(optimizer.learning_rate) == pytest.approx(2e-4)


@pytest.mark.parametrize(
    ("posterior", "n_classes"),
    [("gaussian", 10), ("deterministic", None), slow("gaussian", None), slow("deterministic", 10)],
)
def test_a_saved_model_encodes_decodes_and_samples_identically(small_model, few_digits, tmp_path, posterior, n_classes):
    model = small_model(priors.PetalMixture(2), posterior=posterior, n_classes=n_classes, input_noise=0.3)
    model.compile(loss_weights={"discriminator": 2.0})
    model.fit(
        training_batches(few_digits.images, few_digits.labels, 50, 0), steps_per_epoch=4, verbose=0, shuffle=False
    )
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    images = to_range(few_digits.images[:20])
    np.testing.assert_array_equal(copy.encode(images), model.encode(images))
    np.testing.assert_array_equal(copy.reconstruct(images), model.reconstruct(images))
    np.testing.assert_array_equal(copy.sample_codes(images), model.sample_codes(images))
    np.testing.assert_array_equal(copy.sample(7), model.sample(7))
    assert (copy.n_classes, copy.posterior.name, copy.input_noise) == (n_classes, posterior, 0.3)
    assert copy.loss_weights == {"reconstruction": 1.0, "discriminator": 2.0, "generator": 6.0}


def test_a_saved_model_trains_on_as_if_never_saved(small_model, few_digits, tmp_path):
    model = small_model(dropout=0.5)
    model.compile()
    batch = batch_of(few_digits)
    model.train_step(batch)
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    model.train_step(batch)
    copy.train_step(batch)
    for variable, twin in zip(model.trainable_variables, copy.trainable_variables, strict=True):
        np.testing.assert_array_equal(variable, twin)


def trained_weights(small_model, split, seed, labels=None):
    model = small_model(seed=seed, input_noise=0.1)
    model.compile()
    make = training_batches if labels is None else half_labelled_batches
    batches = make(split.images, split.labels if labels is None else labels, 50, seed)
    model.fit(batches, epochs=2, steps_per_epoch=6, verbose=0, shuffle=False)
    return np.concatenate([variable.numpy().ravel() for variable in model.trainable_variables])


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(small_model, few_digits):
    first = trained_weights(small_model, few_digits, seed=1)
    np.testing.assert_array_equal(trained_weights(small_model, few_digits, seed=1), first)
    assert not np.allclose(trained_weights(small_model, few_digits, seed=2), first)


def test_looking_at_a_model_does_not_change_its_training(small_model, few_digits):
    models = [small_model(), small_model()]
    batch = batch_of(few_digits)
    for model in models:
        model.compile()
    models[0].sample_codes(batch[0], seed=5)
    models[0].sample(3, seed=5)
    for model in models:
        model.train_step(batch)
    np.testing.assert_array_equal(models[0].encode(batch[0]), models[1].encode(batch[0]))


def test_input_noise_reaches_the_encoder_in_training_and_not_the_target(small_model, few_digits):
    model = small_model(input_noise=0.5)
    seen = []
    infer, error = model.infer, model.reconstruction_error
    model.infer = lambda inputs: seen.append(inputs) or infer(inputs)
    model.reconstruction_error = lambda target, *given: seen.append(target) or error(target, *given)
    model.compile()
    images, labels = batch_of(few_digits)
    model.train_step((images, labels))
    inputs, target, inputs_again = seen
    np.testing.assert_array_equal(target, images)
    np.testing.assert_array_equal(inputs, inputs_again)
    noise = (inputs - images).numpy()
    assert noise.std() == pytest.approx(0.5, rel=0.02)
    assert abs(noise.mean()) < 0.02


def test_the_input_noise_changes_at_its_step(small_model, few_digits):
    model = small_model(input_noise=0.5, late_input_noise=0.2, late_noise_from=2)
    model.compile()
    images, labels = batch_of(few_digits)
    deviations, corrupt = [], model.corrupt

    def measured(given):
        noisy = corrupt(given)
        deviations.append(float((noisy - given).numpy().std()))
        return noisy

    model.corrupt = measured
    for _ in range(4):
        model.train_step((images, labels))
    assert deviations == pytest.approx([0.5, 0.5, 0.2, 0.2], rel=0.03)


def test_noise_may_begin_late_but_not_be_below_0(small_model, few_digits):
    model = small_model(late_input_noise=0.3, late_noise_from=1)
    model.compile()
    images, labels = batch_of(few_digits)
    assert (model.corrupt(images).numpy() == images.numpy()).all()
    model.train_step((images, labels))
    noisy = model.corrupt(images)
    assert (noisy - images).numpy().std() == pytest.approx(0.3, rel=0.03)
    model.encode(noisy)
    with pytest.raises(InputError, match=r"late_input_noise -0\.1: expected"):
        small_model(late_input_noise=-0.1)


def test_shapes_of_the_methods_on_batches(small_model, few_digits):
    model = small_model(priors.Gaussian(5))
    images = to_range(few_digits.images[:3])
    assert model.encode(images).shape == model.sample_codes(images).shape == (3, 5)
    assert model.reconstruct(images).shape == images.shape
    assert model.sample(4).shape == (4, 28, 28, 1)
    assert model.predict(images, verbose=0).shape == images.shape


def test_colour_images_and_ones_own_networks():
    encoder = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3, strides=2), keras.layers.Flatten(), keras.layers.Dense(6)]
    )
    model = AAE(
        encoder, networks.mlp_decoder(3, (8, 8, 3), (8,)), networks.mlp_discriminator(3, (8,)), priors.Gaussian(3)
    )
    model.compile()
    images = np.random.default_rng(0).uniform(-1, 1, (40, 8, 8, 3)).astype(np.float32)
    history = model.fit(images, np.zeros(40, np.int32), batch_size=20, epochs=1, verbose=0)
    assert np.isfinite(history.history["reconstruction_loss"]).all()


def build(encoder=None, decoder=None, discriminator=None, prior=None, **arguments):
    return AAE(
        encoder or networks.mlp_encoder((4, 4, 1), 4, (3,)),
        decoder or networks.mlp_decoder(2, (4, 4, 1), (3,)),
        discriminator or networks.mlp_discriminator(2, (3,)),
        prior or priors.Gaussian(2),
        **arguments,
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: build(encoder=networks.mlp_encoder((4, 4, 1), 2, (3,))), r"encoder's output .*\(None, 4\)"),
        (lambda: build(posterior="deterministic"), r"encoder's output .*\(None, 2\)"),
        (lambda: build(decoder=networks.mlp_decoder(3, (4, 4, 1), (3,))), r"decoder's input .*\(None, 2\)"),
        (lambda: build(decoder=networks.mlp_decoder(2, (5, 4, 1), (3,))), "same image shape"),
        (lambda: build(n_classes=10), r"discriminator's input .*\(None, 13\)"),
        (lambda: build(discriminator=networks.mlp_encoder((2,), 2, (3,))), r"discriminator's output .*\(None, 1\)"),
        (lambda: build(n_classes=11, discriminator=networks.mlp_discriminator(14, (3,))), "11 classes"),
        (lambda: build(decoder=keras.Sequential([keras.layers.Dense(16)])), "keras.Input"),
        (lambda: build(input_noise=-1.0), "0 or above"),
        (lambda: build(posterior="laplace"), "'laplace'"),
    ],
)
def test_parts_that_do_not_fit_are_named(make, words):
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize("dtype", [slow(np.int64), slow(np.int32), np.uint8])
def test_labels_of_any_integer_type_will_do(small_model, few_digits, dtype):
    model = small_model(priors.PetalMixture(2), n_classes=10)
    model.compile()
    images, labels = to_range(few_digits.images).numpy(), few_digits.labels.astype(dtype)
    history = model.fit(images, labels, batch_size=100, verbose=0)
    assert np.isfinite(history.history["discriminator_loss"]).all()
