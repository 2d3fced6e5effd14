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

from ..errors import InputError
from .splits import Split

IMAGE_SHAPE = (28, 28, 1)
SECONDS_TO_ANSWER = 4


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
    builder = _builder(dataset)
    _require_grey_images(builder, dataset)
    with _quiet():
        is_prepared = builder.is_prepared()
    if not is_prepared:
        _download(builder, dataset)
    if split not in builder.info.splits:
        raise InputError(f"--dataset {dataset}: no {split} split; it has {', '.join(builder.info.splits)}")
    with _quiet():
        data = builder.as_dataset(split=split, batch_size=-1)
    source = f"{builder.info.full_name}, TensorFlow Datasets"
    return Split(split, data["image"].numpy(), data["label"].numpy().astype(np.int32), source)


def _builder(dataset):
    with _quiet():
        tfds = importlib.import_module("tensorflow_datasets")
        try:
            return tfds.builder(dataset)
        except (tfds.core.DatasetNotFoundError, ValueError, ImportError):
            raise InputError(
                f"--dataset {dataset}: TensorFlow Datasets cannot build it; try mnist, fashion_mnist or kmnist, "
                "or --data_path with IDX files"
            ) from None


def _require_grey_images(builder, dataset):
    features = dict(builder.info.features.items())
    shape = getattr(features.get("image"), "shape", None)
    if shape != IMAGE_SHAPE or not hasattr(features.get("label"), "num_classes"):
        raise InputError(f"--dataset {dataset}: images of shape {shape}, expected labelled ones of shape {IMAGE_SHAPE}")


def _download(builder, dataset):
    # With no network TFDS itself retries for minutes, with a page of warnings, before it gives up.
    hosts = sorted({urllib.parse.urlsplit(url)[:2] for url in builder.url_infos})
    silent = [host for scheme, host in hosts if not _answers(f"{scheme}://{host}/")]
    if silent:
        raise NotAvailableError(
            f"--dataset {dataset}: no prepared copy in {builder.data_dir}, and {', '.join(silent)} does not answer; "
            "give --data_path with IDX files"
        )
    tfds = importlib.import_module("tensorflow_datasets")
    try:
        builder.download_and_prepare(download_config=tfds.download.DownloadConfig(try_download_gcs=False))
    except Exception as error:  # whatever breaks a download, the person who asked for it needs one line
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"--dataset {dataset}: the download failed: {reason}; give --data_path with IDX files"
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
