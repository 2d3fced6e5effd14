"""Images on disk: the same batches, whatever the store."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data import flat_file, hold_out, load_split
from aae.data.arrays import as_tensor, rows
from aae.data.pipeline import classification_batches, half_labelled_batches, training_batches
from aae.errors import InputError
from PIL import Image

from tests.conftest import idx_bytes, slow, write_pictures

N = 50
LABELS = np.repeat(np.arange(10), 5).astype(np.int32)
STORES = ("idx", "pictures", "tfds", "cache of pictures", "cache of tfds")


@pytest.fixture(autouse=True)
def global_seed():
    """That of the scripts, whose default it is; TensorFlow treats it as a case of its own."""
    keras.utils.set_random_seed(0)


@pytest.fixture
def images():
    """Image i is filled with i, so that a batch tells which images it holds."""
    return np.broadcast_to(np.arange(N, dtype=np.uint8)[:, None, None, None], (N, 28, 28, 1))


@pytest.fixture
def opened(images, tmp_path, monkeypatch, tfds_folder, prepare):
    """A function that opens the same images in any of ``STORES``."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    # Several blocks and windows, even of few images.
    monkeypatch.setattr(flat_file, "BLOCK_BYTES", 3 * 784)
    monkeypatch.setattr(flat_file, "WINDOW_BYTES", 12 * 784)

    def open_store(name):
        cache = "disk" if name.startswith("cache") else "none"
        if name.endswith("tfds"):
            prepare(tfds_folder, "mnist", "3.0.1", images, LABELS)
            return load_split("train", cache=cache)
        folder = tmp_path / "data"
        (write_idx if name == "idx" else write_pictures)(folder, images, LABELS)
        return load_split("train", folder, cache=cache)

    return open_store


def write_idx(folder, images, labels=LABELS):
    folder.mkdir()
    for stem in ("train", "t10k"):
        (folder / f"{stem}-images-idx3-ubyte").write_bytes(idx_bytes(images[..., 0]))
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(idx_bytes(labels))


def indices(images):
    return np.rint((np.asarray(images)[:, 0, 0, 0] + 1) * 127.5).astype(int)


def epochs_of(split, n, batch_size=10, **more):
    """Indices and labels of the first ``n`` batches."""
    batches = list(training_batches(split.images, split.labels, batch_size, seed=3, **more).take(n))
    assert all(batch.shape == (batch_size, 28, 28, 1) for batch, _ in batches)
    return np.array([indices(batch) for batch, _ in batches]), np.array([labels for _, labels in batches])


@pytest.mark.parametrize("store", STORES)
def test_every_epoch_holds_every_image_once_in_an_order_of_its_own(opened, store):
    split = opened(store)
    assert split.is_on_disk
    assert split.n_classes == 10
    shown, labels = epochs_of(split, 10)
    first, second = shown[:5].ravel(), shown[5:].ravel()
    assert sorted(first) == sorted(second) == list(range(N))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.arange(N))
    np.testing.assert_array_equal(labels, LABELS[shown])
    np.testing.assert_array_equal(shown, epochs_of(split, 10)[0])


@pytest.mark.parametrize("store", ["idx", "tfds", *map(slow, ("pictures", "cache of pictures", "cache of tfds"))])
def test_a_stream_resumes_in_the_middle_of_an_epoch(opened, store):
    split = opened(store)
    np.testing.assert_array_equal(epochs_of(split, 9)[0][7:], epochs_of(split, 2, first_step=7)[0])


@pytest.mark.parametrize("store", ["pictures", "cache of tfds", *map(slow, ("idx", "tfds", "cache of pictures"))])
def test_in_memory_they_are_what_was_stored(opened, store, images):
    loaded = opened(store).in_memory()
    assert not loaded.is_on_disk
    np.testing.assert_array_equal(loaded.images, images)
    np.testing.assert_array_equal(loaded.labels, LABELS)


@pytest.mark.parametrize("store", ["idx", "pictures", "tfds"])
def test_validation_images_are_those_held_out_of_memory_and_never_trained_on(opened, store):
    split = opened(store)
    remaining, valid = hold_out(split, 8, seed=0)
    np.testing.assert_array_equal(valid.images, hold_out(split.in_memory(), 8, seed=0)[1].images)
    shown, labels = epochs_of(remaining, 4)
    assert not set(shown.ravel()) & set(valid.images[:, 0, 0, 0])
    assert len(set(shown.ravel())) == 40
    np.testing.assert_array_equal(labels, LABELS[shown])


def test_with_pictures_the_order_is_that_of_memory(opened):
    split = opened("pictures")
    np.testing.assert_array_equal(epochs_of(split, 10)[0], epochs_of(split.in_memory(), 10)[0])


@pytest.mark.parametrize("store", ["idx", "pictures", "tfds"])
def test_labelled_images_come_together_with_the_others(opened, store):
    split = opened(store)
    seen = np.where(np.arange(N) % 5 == 0, LABELS, -1).astype(np.int32)
    for batch, labels in half_labelled_batches(split.images, seen, 10, seed=0).take(9):
        assert (labels.numpy()[:5] >= 0).all()
        np.testing.assert_array_equal(labels, seen[indices(batch)])
    for every, (labelled, labels) in classification_batches(split.images, seen, 10, seed=0).take(9):
        assert len(set(indices(every))) == 10
        np.testing.assert_array_equal(labels, seen[indices(labelled)])


def test_a_flat_file_is_mixed_from_all_over_it(opened):
    # Blocks of three images, windows of four blocks: a batch of ten shows no run of neighbours from one place.
    shown = epochs_of(opened("idx"), 5)[0]
    assert all(np.ptp(batch) > 10 for batch in shown)


def test_the_cache_is_written_once_and_again_when_a_picture_changes(opened, tmp_path):
    opened("cache of pictures")
    (cached,) = (tmp_path / "caches").rglob("*-images-idx4-ubyte")
    written = cached.stat().st_mtime_ns
    assert load_split("train", tmp_path / "data", cache="disk").images.store.path == cached
    assert cached.stat().st_mtime_ns == written
    changed = tmp_path / "data/train/digit 0/000.png"
    Image.fromarray(np.full((28, 28), 200, np.uint8)).save(changed)
    assert load_split("train", tmp_path / "data", cache="disk").in_memory().images[0, 0, 0, 0] == 200


def test_colour_pictures_and_other_sizes(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (N, 6, 9, 3), np.uint8)
    write_pictures(tmp_path / "data", images, LABELS)
    np.testing.assert_array_equal(load_split("train", tmp_path / "data").images, images)


@pytest.mark.parametrize("cache", ["memory", "disk", "none"])
def test_a_picture_that_cannot_be_read_is_named(tmp_path, images, monkeypatch, cache):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    write_pictures(tmp_path / "data", images, LABELS)
    (tmp_path / "data/train/digit 4/022.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"digit 4/022.png"):
        load_split("train", tmp_path / "data", cache=cache).in_memory()
    assert not list((tmp_path / "caches").rglob("*ubyte"))


def test_a_picture_of_another_size_is_named(tmp_path, images):
    write_pictures(tmp_path / "data", images, LABELS)
    Image.fromarray(np.zeros((28, 30), np.uint8)).save(tmp_path / "data/train/digit 4/022.png")
    with pytest.raises(
        InputError, match=r"digit 4/022.png: 30 × 28 pixels, expected 28 × 28, the size of .*000.png; ask for a size"
    ):
        load_split("train", tmp_path / "data")


def test_folders_that_cannot_be_used(tmp_path, images):
    write_pictures(tmp_path / "data", images, LABELS)
    (tmp_path / "data/train/digit 10").mkdir()
    with pytest.raises(InputError, match="the same classes in train and test; only one of them has digit 10"):
        load_split("train", tmp_path / "data")
    (tmp_path / "data/test/digit 10").mkdir()
    with pytest.raises(InputError, match="digit 10: no picture"):
        load_split("train", tmp_path / "data")


def test_a_compressed_file_is_not_read_in_another_order(idx_folder):
    with pytest.raises(InputError, match=r"compressed, .* unpack it"):
        load_split("train", idx_folder, cache="none")


def test_a_file_cut_short_is_refused(tmp_path, images):
    write_idx(tmp_path / "data", images)
    path = tmp_path / "data/train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(InputError, match="truncated"):
        load_split("train", tmp_path / "data", cache="none")


def test_a_file_that_grows_shorter_ends_in_one_line(tmp_path, images):
    write_idx(tmp_path / "data", images)
    split = load_split("train", tmp_path / "data", cache="none")
    path = tmp_path / "data/train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(InputError, match="became shorter while it was read") as caught:
        split.in_memory()
    assert "\n" not in str(caught.value)


def test_a_tensor_shares_the_memory_of_rows_and_copies_what_is_not_aligned():
    array = rows(np.arange(100, dtype=np.uint8).reshape(50, 2), np.arange(50) % 2 == 0)
    shared = as_tensor(array)
    array[3, 1] = 200
    assert int(shared[3, 1]) == 200
    odd = np.arange(129, dtype=np.uint8)[1:].reshape(64, 2)
    np.testing.assert_array_equal(tf.cast(as_tensor(odd), tf.int32), odd)
    np.testing.assert_array_equal(as_tensor(np.frombuffer(b"abcd", np.uint8)), list(b"abcd"))


def test_classes_have_the_names_of_their_folders(tmp_path, images):
    write_pictures(tmp_path / "data", images, LABELS)
    expected = tuple(f"digit {label}" for label in np.unique(LABELS))
    for cache in ("memory", "none"):
        assert load_split("train", tmp_path / "data", cache=cache).class_names == expected
