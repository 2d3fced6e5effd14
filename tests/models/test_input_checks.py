import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import priors

from tests.conftest import KINDS, N_CLASSES, TWO_HEADED, kinds_of_which, make_small, slow

kinds = pytest.mark.parametrize("kind", KINDS)
NEEDS_EVERY_LABEL = ("supervised",)
NEEDS_SOME_LABEL = ("semisupervised", "dimreduction")
TRAINED_ON_LABELS = (*NEEDS_EVERY_LABEL, *NEEDS_SOME_LABEL)
ONE_IMAGE = r"images of shape \((\d+|batch), 14, 28, 1\): expected \(batch, 28, 28, 1\); resize them"
RANGE = r"images from 0 to 255: expected -1 to 1, the model's image_range; scale them, .* by images / 127\.5 - 1"


@pytest.fixture
def compiled(model_of_kind):
    def make(kind, **settings):
        model = model_of_kind(kind, **settings)
        model.compile()
        return model

    return make


@pytest.fixture(scope="module")
def refusing():
    """A function that gives the compiled model of a kind, the same one to every test: it refuses all it is given."""

    @functools.cache
    def make(kind):
        model = make_small(kind, n_clusters=N_CLASSES if kind == "clustering" else None)
        model.compile()
        return model

    return make


@pytest.fixture
def images(few_digits):
    return to_range(few_digits.images[::8]).numpy()


@pytest.fixture
def labels(few_digits):
    return few_digits.labels[::8].astype(np.int32)


@pytest.fixture
def grey_levels(few_digits):
    return few_digits.images[::8].astype(np.float32)


def as_arrays(images, labels):
    return {"x": images, "y": labels, "batch_size": 19}


def as_dataset(images, labels):
    return {"x": tf.data.Dataset.from_tensor_slices((images, labels)).batch(19)}


class Sequence(keras.utils.PyDataset):
    def __init__(self, *parts):
        super().__init__()
        self.parts = parts

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return tuple(part[index * 19 : (index + 1) * 19] for part in self.parts)


def as_sequence(images, labels):
    return {"x": Sequence(images, labels)}


TRAINED_IN_MAKE_TEST = [("supervised", as_dataset), ("vae", as_sequence)]
given_as = pytest.mark.parametrize("given", [as_arrays, as_dataset, as_sequence])


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (kind, given) if (kind, given) in TRAINED_IN_MAKE_TEST else slow(kind, given)
        for kind in KINDS
        for given in (as_arrays, as_dataset, as_sequence)
    ],
)
def test_what_a_model_takes_it_trains_on(compiled, images, labels, kind, given):
    model = compiled(kind)
    model.fit(**given(images, labels), verbose=0)
    assert model.reconstruction.optimizer.iterations == 2
    assert np.isfinite(model.evaluate(**given(images, labels), verbose=0)).all()


@kinds
@given_as
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_images_of_another_size_are_refused(refusing, images, labels, kind, given, method):
    with pytest.raises(InputError, match=ONE_IMAGE):
        getattr(refusing(kind), method)(**given(images[:, ::2], labels), verbose=0)


@kinds
@given_as
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_images_of_another_range_are_refused(refusing, grey_levels, labels, kind, given, method):
    with pytest.raises(InputError, match=RANGE):
        getattr(refusing(kind), method)(**given(grey_levels, labels), verbose=0)


@kinds_of_which("ae", "supervised")
def test_the_range_is_the_models(compiled, images, grey_levels, labels, kind):
    model = compiled(kind, image_range=(0.0, 1.0), likelihood="bernoulli")
    with pytest.raises(InputError, match=r"images from -1 to 1: expected 0 to 1, .* by images / 255$"):
        model.fit(images, labels, verbose=0)
    model.fit(grey_levels / 255, labels, verbose=0)


@kinds
def test_what_says_something_of_images_refuses_them_too(refusing, images, grey_levels, labels, kind):
    model = refusing(kind)
    given = [labels] if kind == "supervised" else []
    named = [name for name in ("classify", "represent") if hasattr(model, name)]
    for name in ("encode", "sample_codes", "reconstruct", *named):
        more = given if name == "reconstruct" else []
        for refused, words in ((images[:, ::2], ONE_IMAGE), (grey_levels, RANGE), (tf.constant(grey_levels), RANGE)):
            with pytest.raises(InputError, match=words):
                getattr(model, name)(refused, *more)
    for refused, words in ((images[:, ::2], ONE_IMAGE), (grey_levels, RANGE)):
        with pytest.raises(InputError, match=words):
            model.predict((refused, labels) if given else refused, verbose=0)
        with pytest.raises(InputError, match=words):
            model((refused, labels) if given else refused)


@kinds
def test_codes_of_another_width_are_refused(refusing, kind):
    with pytest.raises(InputError, match=r"codes of shape \(4, 3\): expected \(batch, 2\)"):
        refusing(kind).decode(np.zeros((4, 3), np.float32), np.zeros(4, np.int32))


@kinds
def test_images_without_channels_are_told_what_they_lack(refusing, images, labels, kind):
    with pytest.raises(InputError, match=r"\(38, 28, 28\): .* add the axis of channels, images\[\.\.\., None\]"):
        refusing(kind).fit(images[..., 0], labels, batch_size=100, verbose=0)


def test_what_is_a_little_outside_is_taken_and_nan_is_not(compiled, images):
    model = compiled("ae")
    model.fit(images * 1.01, verbose=0)
    with pytest.raises(InputError, match=r"images from -1\.05 to 1\.05: expected -1 to 1"):
        model.fit(images * 1.05, verbose=0)
    with_nan = images.copy()
    with_nan[3, 5, 5] = np.nan
    with pytest.raises(InputError, match="infinite or NaN"):
        model.fit(with_nan, verbose=0)


def test_a_denoising_model_encodes_noisy_images_and_trains_on_clean_ones(compiled, images):
    noisy = images + 0.5 * np.random.default_rng(0).normal(size=images.shape).astype(np.float32)
    model = compiled("ae", input_noise=0.5)
    assert model.reconstruct(noisy).shape == noisy.shape
    with pytest.raises(InputError, match="expected -1 to 1"):
        model.fit(noisy, verbose=0)
    with pytest.raises(InputError, match="expected -1 to 1"):
        compiled("ae").reconstruct(noisy)


@pytest.mark.parametrize("kind", TRAINED_ON_LABELS)
@given_as
@pytest.mark.parametrize("wrong", [10, -2])
def test_labels_that_are_no_class_are_refused_where_they_are_read(refusing, images, labels, kind, given, wrong):
    labels[5] = wrong
    model = refusing(kind)
    some = "" if kind in NEEDS_EVERY_LABEL else ", -1 where there is none"
    words = f"label {wrong} for a model of 10 classes: expected classes from 0 to 9{some}; count the classes from 0"
    with pytest.raises(InputError, match=words):
        model.fit(**given(images, labels), verbose=0)
    with pytest.raises(InputError, match=f"label {wrong} for a model of 10 classes: expected classes from 0 to 9; "):
        model.evaluate(**given(images, labels), verbose=0)


@pytest.mark.parametrize("kind", [slow("ae"), slow("vae"), "aae", slow("clustering")])
@pytest.mark.parametrize("given", [as_arrays, slow(as_dataset), slow(as_sequence)])
@pytest.mark.parametrize("wrong", [10, slow(-2)])
def test_labels_that_are_no_class_do_not_matter_where_they_are_not_read(compiled, images, labels, kind, given, wrong):
    labels[5] = wrong
    compiled(kind).fit(**given(images, labels), verbose=0)


@pytest.mark.parametrize("kind", ["supervised", "semisupervised", slow("dimreduction")])
def test_an_image_without_a_label_is_one_where_some_need_none(compiled, images, labels, kind):
    labels[::2] = -1
    model = compiled(kind)
    words = "label -1 for a model of 10 classes: expected classes from 0 to 9; leave out images without a label"
    if kind in NEEDS_SOME_LABEL:
        model.fit(images, labels, verbose=0)
    else:
        with pytest.raises(InputError, match=words):
            model.fit(images, labels, verbose=0)
    with pytest.raises(InputError, match=words):
        model.evaluate(images, labels, verbose=0)


def test_a_game_that_sees_labels_takes_those_that_there_are(small_model, images, labels):
    model = small_model(priors.PetalMixture(2), n_classes=10)
    model.compile()
    labels[::2] = -1
    model.fit(images, labels, verbose=0)
    model.evaluate(images, verbose=0)
    with pytest.raises(InputError, match=r"label 1\d .*, -1 where there is none"):
        model.fit(images, labels + 10, verbose=0)
    with pytest.raises(InputError, match="no labels for a model of 10 classes"):
        model.fit(images, verbose=0)


@pytest.mark.parametrize("kind", TRAINED_ON_LABELS)
def test_labels_of_another_kind_are_refused(refusing, images, labels, kind):
    model = refusing(kind)
    for wrong, words in (
        (labels.astype(np.float32), "labels of type float32: expected integers, classes from 0 to 9"),
        (np.eye(10, dtype=np.int32)[labels], r"labels of shape \(32, 10\) for 32 .* labels\.argmax\(axis=1\)"),
        (None, r"no labels for a model of 10 classes: expected int \[batch\], classes from 0 to 9"),
    ):
        for method in (model.fit, model.evaluate):
            with pytest.raises(InputError, match=words):
                method(images, wrong, verbose=0)


@pytest.mark.parametrize("kind", ["supervised", *TWO_HEADED])
def test_a_decoder_refuses_labels_that_are_no_classes(refusing, kind):
    model = refusing(kind)
    codes = np.zeros((3, 2), np.float32)
    for labels, words in (
        ([0, 10, 1], "label 10 for a model of 10 classes: expected classes from 0 to 9"),
        ([0, -1, 1], "label -1 for a model of 10 classes"),
        ([0.0, 1.0, 2.0], "labels of type float64: expected integers"),
        ([0, 1], r"labels of shape \(2,\) for 3 images: expected \(3,\)"),
    ):
        with pytest.raises(InputError, match=words):
            model.decode(codes, np.array(labels))
    with pytest.raises(InputError, match="label 12"):
        model.sample(2, labels=np.array([0, 12]))


def test_labels_of_a_supervised_prediction_are_looked_at(compiled, images, labels):
    model = compiled("supervised")
    with pytest.raises(InputError, match="label 10"):
        model.predict((images, labels + 10), verbose=0)


@pytest.mark.parametrize("kind", ["semisupervised", slow("dimreduction")])
def test_labelled_images_of_their_own_are_looked_at(compiled, images, grey_levels, labels, kind):
    def batches(*labelled):
        return tf.data.Dataset.from_tensor_slices((images, labelled)).batch(19)

    model = compiled(kind)
    model.fit(batches(images, labels), verbose=0)
    for labelled, words in (
        ((images[:, ::2], labels), ONE_IMAGE),
        ((grey_levels, labels), RANGE),
        ((images, labels + 10), "label 10 for a model of 10 classes"),
    ):
        with pytest.raises(InputError, match=words):
            model.fit(batches(*labelled), verbose=0)


@kinds
def test_validation_data_are_looked_at_before_training(refusing, images, grey_levels, labels, kind):
    model = refusing(kind)
    for validation_data in ((grey_levels, labels), as_dataset(grey_levels, labels)["x"]):
        with pytest.raises(InputError, match=RANGE):
            model.fit(images, labels, validation_data=validation_data, verbose=0)
    assert model.reconstruction.optimizer.iterations == 0


def test_images_and_labels_in_one_argument_are_refused(compiled, images, labels):
    with pytest.raises(InputError, match=r"images of type tuple: expected an array or tensor \(batch, 28, 28, 1\)"):
        compiled("aae").fit((images, labels), verbose=0)


@kinds_of_which("ae", "semisupervised")
def test_what_a_generator_gives_is_looked_at_while_the_step_is_traced(compiled, images, labels, kind):
    model = compiled(kind)
    with pytest.raises(InputError, match=ONE_IMAGE):
        model.fit((batch for batch in [(images[:, ::2], labels)]), verbose=0)
    with pytest.raises(InputError, match=ONE_IMAGE):
        model.train_on_batch(images[:, ::2], labels)
    with pytest.raises(InputError, match="images of type uint8: expected float32"):
        model.train_on_batch(images.astype(np.uint8), labels)


def test_a_data_set_that_is_measured_again_is_not_begun_twice(compiled, images):
    begun = []

    def batches():
        begun.append(True)
        yield from (images[:19], images[19:])

    model = compiled("ae")
    dataset = tf.data.Dataset.from_generator(batches, output_signature=tf.TensorSpec((None, 28, 28, 1)))
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(2))
    model.fit(dataset, verbose=0)
    assert len(begun) == 2
    assert model.reconstruction.optimizer.iterations == 2
    for _ in range(3):
        model.evaluate(dataset, verbose=0)
    assert len(begun) == 2 + 4


def test_one_image_without_a_batch_is_told_so(model_of_kind):
    model = model_of_kind("aae")
    with pytest.raises(InputError, match=r"add the axis of the batch, images\[None\]"):
        model.encode(np.zeros(model.image_shape, np.float32))


@pytest.mark.parametrize("given", [list, np.float64, lambda codes: tf.constant(codes, tf.float64)])
def test_codes_may_be_a_list_or_of_another_precision(model_of_kind, given):
    model = model_of_kind("aae")
    codes = [[0.5] * model.n_codes, [-1.0] * model.n_codes]
    np.testing.assert_array_equal(model.decode(given(codes)), model.decode(np.array(codes, np.float32)))


def test_images_known_before_a_graph_is_traced_are_looked_at_and_taken(refusing, images, grey_levels):
    model, known, wrong = refusing("aae"), tf.constant(images), tf.constant(grey_levels)
    np.testing.assert_allclose(tf.function(lambda: model.encode(known))(), model.encode(images), atol=1e-5)
    with pytest.raises(InputError, match=RANGE):
        tf.function(lambda: model.encode(wrong), autograph=False)()
