"""Grey image sets from TensorFlow Datasets: a prepared copy first, a download second."""

import contextlib
import importlib
import io
import logging
import threading
import urllib.error
import urllib.parse
import urllib.request

import numpy as np
import tensorflow as tf

from ..errors import InputError
from .on_disk_images import OnDiskImages, fingerprint
from .splits import Split

IMAGE_SHAPE = (28, 28, 1)
SECONDS_TO_ANSWER = 4
MIXED_BYTES = 64 * 1024**2


class NotAvailableError(InputError):
    """The set has no prepared copy here, and its hosts do not answer."""


def load_tfds(dataset, split):
    """Loads a split of an image-classification set of 28 × 28 grey images.

    Args:
        dataset: Name in TensorFlow Datasets, such as "mnist", "fashion_mnist" or "kmnist".
        split: "train" or "test".

    Returns:
        A ``Split``.

    Raises:
        NotAvailableError: If there is no prepared copy and no host to download from answers.
        InputError: If there is no such set, its images are not 28 × 28 and grey, or its download fails.
    """
    builder = _prepared(dataset, split)
    with _quiet():
        data = builder.as_dataset(split=split, batch_size=-1)
    labels = data["label"].numpy().astype(np.int32)
    return Split(split, data["image"].numpy(), labels, _source(builder), class_names=_class_names(builder))


def open_tfds(dataset, split):
    """Opens a split whose images stay in their prepared copy; arguments, result and errors as in ``load_tfds``."""
    store = PreparedImages(_prepared(dataset, split), split)
    return Split(split, OnDiskImages(store), store.labels(), store.source, class_names=_class_names(store.builder))


class PreparedImages:
    """A store (see ``OnDiskImages``) of a prepared copy of TensorFlow Datasets.

    Args:
        builder: Its ``tfds.core.DatasetBuilder``.
        split: Name of the split.
    """

    def __init__(self, builder, split):
        self.n_images = builder.info.splits[split].num_examples
        self.image_shape = builder.info.features["image"].shape
        self.source = _source(builder)
        self.builder = builder
        self._split = split

    @property
    def fingerprint(self):
        """Changes with the files of the copy."""
        return fingerprint(sorted(self.builder.info.splits[self._split].filepaths), self._split)

    def labels(self):
        """int32 [n], read without decoding an image."""
        labels = self._records().map(lambda record: record["label"]).batch(10_000)
        return np.concatenate([batch.numpy() for batch in labels]).astype(np.int32)

    def batches(self, positions, batch_size, order=None):
        """The order mixes what lies near each other: up to ``MIXED_BYTES``, all of a small set."""
        positions = tf.constant(positions)
        records = self._records().enumerate().map(lambda index, record: (positions[index], record["image"]))
        records = records.filter(lambda position, _: position >= 0)
        if order is not None:
            records = _shuffled(records, MIXED_BYTES // int(np.prod(self.image_shape)), order)
        return records.map(self._decode, num_parallel_calls=tf.data.AUTOTUNE).batch(batch_size)

    def what_is_wrong(self, error):
        """The reason in an error of TensorFlow."""
        return InputError(str(error.message).split("\n")[0])

    def _decode(self, position, record):
        return position, self.builder.info.features["image"].decode_example(record)

    def _records(self):
        tfds = importlib.import_module("tensorflow_datasets")
        with _quiet():
            return self.builder.as_dataset(split=self._split, decoders={"image": tfds.decode.SkipDecoding()})


def _shuffled(dataset, n_mixed, seeds):
    # Dataset.shuffle takes no seed that is computed in the graph where the global seed is 0.
    seed, second = tf.unstack(tf.random.stateless_uniform([2], seeds, minval=None, maxval=None, dtype=tf.int64))
    shuffled = tf.raw_ops.ShuffleDataset(
        input_dataset=tf.data.experimental.to_variant(dataset),
        buffer_size=n_mixed,
        seed=seed,
        seed2=second,
        output_types=[each.dtype for each in dataset.element_spec],
        output_shapes=[each.shape for each in dataset.element_spec],
    )
    return tf.data.experimental.from_variant(shuffled, dataset.element_spec)


def _prepared(dataset, split):
    builder = _builder(dataset)
    _require_grey_images(builder, dataset)
    with _quiet():
        is_prepared = builder.is_prepared()
    if not is_prepared:
        _download(builder, dataset)
    if split not in builder.info.splits:
        raise InputError(
            f"dataset {dataset}: no {split} split; it has {', '.join(builder.info.splits)}", setting="data.dataset"
        )
    return builder


def _class_names(builder):
    return tuple(builder.info.features["label"].names)


def _source(builder):
    return f"{builder.info.full_name}, TensorFlow Datasets"


def _builder(dataset):
    with _quiet():
        tfds = importlib.import_module("tensorflow_datasets")
        try:
            return tfds.builder(dataset)
        except (tfds.core.DatasetNotFoundError, ValueError, ImportError):
            raise InputError(
                f"dataset {dataset}: TensorFlow Datasets cannot build it; try mnist, fashion_mnist or kmnist, "
                "or a folder with IDX files",
                setting="data.dataset",
            ) from None


def _require_grey_images(builder, dataset):
    features = dict(builder.info.features.items())
    shape = getattr(features.get("image"), "shape", None)
    if shape != IMAGE_SHAPE or not hasattr(features.get("label"), "num_classes"):
        raise InputError(
            f"dataset {dataset}: images of shape {shape}, expected labelled ones of shape {IMAGE_SHAPE}",
            setting="data.dataset",
        )


def _download(builder, dataset):
    # With no network TFDS itself retries for minutes, with a page of warnings, before it gives up.
    hosts = sorted({urllib.parse.urlsplit(url)[:2] for url in builder.url_infos})
    silent = [host for scheme, host in hosts if not _answers(f"{scheme}://{host}/")]
    if silent:
        raise NotAvailableError(
            f"dataset {dataset}: no prepared copy in {builder.data_dir}, and {', '.join(silent)} does not answer; "
            "give a folder with IDX files",
            setting="data.path",
        )
    tfds = importlib.import_module("tensorflow_datasets")
    try:
        builder.download_and_prepare(download_config=tfds.download.DownloadConfig(try_download_gcs=False))
    except Exception as error:  # whatever breaks a download, the person who asked for it needs one line
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"dataset {dataset}: the download failed: {reason}; give a folder with IDX files", setting="data.path"
        ) from error


def _answers(url):
    """Whether a host answers within seconds, with whatever status; proxies of the environment are respected."""
    answered = threading.Event()

    def ask():
        request = urllib.request.Request(url, method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER):
                answered.set()
        except urllib.error.HTTPError:
            answered.set()
        except OSError:
            pass

    # A thread, since no time-out bounds the look-up of a name.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SECONDS_TO_ANSWER)
    return answered.is_set()


@contextlib.contextmanager
def _quiet():
    logger = logging.getLogger("absl")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
