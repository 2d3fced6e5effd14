"""Folders of pictures as people have them: which are used, as what class, and what is refused in which words."""

import numpy as np
import pytest
from aae.data import load_split, require_classes
from aae.data.on_disk_images import OnDiskImages
from aae.errors import InputError
from PIL import Image, ImageOps

CACHES = pytest.mark.parametrize("cache", ["memory", "disk", "none"])


@pytest.fixture(autouse=True)
def own_caches(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pictures"


def write(path, level=0, size=(8, 8), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, level if mode == "L" else (level,) * 3).save(path)


def write_classes(folder, n=12, **more):
    """Classes a and b, every picture of another level."""
    for index in range(n):
        write(folder / "a" / f"{index:02d}.png", index, **more)
        write(folder / "b" / f"{index:02d}.png", 100 + index, **more)


def levels(split):
    return split.in_memory().images[:, 0, 0, 0].tolist()


def test_a_sixth_of_each_class_becomes_test_images_whatever_the_run(folder):
    write_classes(folder)
    train, test = load_split("train", folder), load_split("test", folder)
    assert (len(train), len(test)) == (20, 4)
    assert sorted(levels(train) + levels(test)) == [*range(12), *range(100, 112)]
    for split in (train, test):
        assert split.labels.tolist() == [int(level >= 100) for level in levels(split)]
        assert split.class_names == ("a", "b")
    assert levels(load_split("test", folder, cache="none")) == levels(test)
    assert test.source == f"a sixth of the pictures in {folder}, classes a, b"


def test_the_draw_is_that_of_the_names_alone(folder, tmp_path):
    for place in (folder, tmp_path / "elsewhere"):
        write_classes(place)
    assert levels(load_split("test", folder)) == levels(load_split("test", tmp_path / "elsewhere"))
    drawn = [level % 100 for level in levels(load_split("test", folder))]
    # Neither the first nor the last ones, and others in each class.
    assert drawn not in ([0, 1, 0, 1], [10, 11, 10, 11])
    assert drawn[:2] != drawn[2:]


def test_of_few_pictures_one_is_a_test_image_and_one_alone_is_refused(folder):
    write_classes(folder, 3)
    assert np.bincount(load_split("test", folder).labels).tolist() == [1, 1]
    write(folder / "c/0.png")
    with pytest.raises(InputError, match=r"c: one picture; expected several"):
        load_split("train", folder)


@pytest.mark.parametrize("divided", [False, True])
def test_pictures_without_classes_have_no_labels(folder, divided):
    for index in range(12):
        for place in (folder / "train", folder / "test") if divided else (folder,):
            write(place / f"{index}.png", index)
    train, test = load_split("train", folder), load_split("test", folder)
    assert (len(train), len(test)) == ((12, 12) if divided else (10, 2))
    assert not train.has_labels
    assert (train.n_classes, train.class_names, train.notice) == (1, None, None)
    require_classes(train, test)


def test_other_files_and_hidden_ones_are_passed_over(folder):
    write_classes(folder)
    for name in ("a/notes.txt", ".DS_Store", "a/._00.png", "README"):
        (folder / name).write_bytes(b"no picture")
    (folder / ".cache").mkdir()
    assert len(load_split("train", folder)) == 20


def test_names_may_have_large_endings_and_lie_about_the_kind(folder):
    write_classes(folder)
    (folder / "a/00.png").rename(folder / "a/00.JPG")
    assert sorted(levels(load_split("train", folder)) + levels(load_split("test", folder)))[0] == 0


@CACHES
def test_pictures_of_any_size_are_scaled_and_cropped(folder, cache):
    generator = np.random.default_rng(0)
    for index in range(12):
        image = Image.fromarray(generator.integers(0, 256, (20 + index, 50 - 2 * index, 3), np.uint8))
        for name in "ab":
            path = folder / "train" / name / f"{index:02d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
            write(folder / "test" / name / f"{index:02d}.png", mode="RGB")
    split = load_split("train", folder, cache=cache, image_size=16)
    assert split.image_shape == (16, 16, 3)
    files = sorted((folder / "train").glob("*/*.png"))
    expected = np.stack([np.asarray(ImageOps.fit(Image.open(file), (16, 16))) for file in files])
    np.testing.assert_array_equal(split.in_memory().images, expected)
    assert load_split("test", folder, image_size=16).image_shape == (16, 16, 3)


def test_another_size_or_colour_makes_another_cache(folder):
    write_classes(folder, size=(10, 20))
    shapes = [
        load_split("train", folder, cache="disk", **settings).image_shape
        for settings in ({}, {"image_size": 4}, {"image_size": 5}, {"image_size": 5, "colour": "rgb"})
    ]
    assert shapes == [(20, 10, 1), (4, 4, 1), (5, 5, 1), (5, 5, 3)]


@CACHES
def test_mixed_sizes_are_refused_and_image_size_is_what_mends_it(folder, cache):
    write_classes(folder)
    write(folder / "b/05.png", size=(8, 9))
    with pytest.raises(InputError, match=r"b/05.png: 8 × 9 pixels, expected 8 × 8.*ask for a size") as caught:
        load_split("train", folder, cache=cache).in_memory()
    assert caught.value.setting == "data.image_size"
    assert load_split("train", folder, cache=cache, image_size=8).image_shape == (8, 8, 1)


@CACHES
def test_a_mixture_of_grey_and_colour_is_refused_unless_one_is_asked_for(folder, cache):
    write_classes(folder)
    write(folder / "b/05.png", 9, mode="RGB")
    with pytest.raises(InputError, match=r"b/05.png: in colour, expected grey, as .*png is") as caught:
        load_split("train", folder, cache=cache).in_memory()
    assert caught.value.setting == "data.colour"
    for colour, n_channels in (("grey", 1), ("rgb", 3)):
        split = load_split("train", folder, cache=cache, colour=colour)
        assert split.in_memory().images.shape == (20, 8, 8, n_channels)
        assert 9 in levels(split)


def test_test_pictures_must_be_as_the_training_pictures(folder):
    for split, mode in (("train", "L"), ("test", "RGB")):
        write_classes(folder / split, mode=mode)
    with pytest.raises(InputError, match=r"test/a/00.png: in colour, expected grey, as .*train/a/00.png is"):
        load_split("test", folder)


def damage(file):
    file.write_bytes(file.read_bytes()[:-30])


@CACHES
def test_damaged_pictures_are_left_out_with_a_notice_and_labels_stay_with_their_pictures(folder, cache):
    for split in ("train", "test"):
        write_classes(folder / split)
    for name in ("train/a/00", "train/a/07", "train/b/03", "test/a/00"):
        damage(folder / f"{name}.png")
    with pytest.raises(InputError, match=r"a/00.png: cannot be read as a picture"):
        load_split("train", folder, cache=cache).in_memory()
    train = load_split("train", folder, cache=cache, skip_damaged=True)
    kept = [level for level in (*range(12), *range(100, 112)) if level not in (0, 7, 103)]
    assert levels(train) == kept
    assert train.labels.tolist() == [int(level >= 100) for level in kept]
    assert train.notice.endswith("3 cannot be read and are left out: a/00.png, a/07.png, b/03.png")
    assert "1 cannot be read" in load_split("test", folder, skip_damaged=True).notice


def test_nothing_is_noticed_where_nothing_is_damaged(folder):
    write_classes(folder)
    assert load_split("train", folder, skip_damaged=True).notice is None


def test_a_class_or_a_set_of_damaged_pictures_alone_is_refused(folder):
    write_classes(folder / "train")
    write_classes(folder / "test")
    for file in folder.glob("*/b/*"):
        damage(file)
    with pytest.raises(InputError, match=r"train/b: none of 12 pictures can be read; the first: .*b/00.png") as caught:
        load_split("train", folder, skip_damaged=True)
    assert "\n" not in str(caught.value)
    for file in folder.glob("train/a/*"):
        damage(file)
    for index in range(12):
        write(folder / "test/b" / f"{index:02d}.png")
    with pytest.raises(InputError, match=r"none of 24 training pictures can be read"):
        load_split("test", folder, skip_damaged=True)


def test_links_inside_the_folder_are_followed_and_those_that_lead_out_refused(folder, tmp_path):
    write_classes(folder)
    (folder / "a/12.png").symlink_to("../b/01.png")
    assert len(load_split("train", folder)) + len(load_split("test", folder)) == 25
    write(tmp_path / "secret.png")
    (folder / "a/13.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(InputError, match=r"a/13.png: a link that leads out of .*pictures"):
        load_split("train", folder, skip_damaged=True)
    (folder / "a/13.png").unlink()
    write_classes(tmp_path / "others")
    (folder / "c").symlink_to(tmp_path / "others/a")
    with pytest.raises(InputError, match="pictures/c: a link that leads out of"):
        load_split("train", folder)


def test_a_split_may_not_be_a_link_that_leads_out_but_the_folder_may_be_a_link(folder, tmp_path):
    write_classes(tmp_path / "set/train")
    write_classes(tmp_path / "set/test")
    folder.symlink_to(tmp_path / "set")
    assert len(load_split("train", folder)) == 24
    (tmp_path / "set/test").rename(tmp_path / "elsewhere")
    (tmp_path / "set/test").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="test: a link that leads out of"):
        load_split("train", folder)


def test_a_link_to_nothing_or_to_itself_is_a_picture_that_cannot_be_read(folder):
    write_classes(folder / "train")
    write_classes(folder / "test")
    (folder / "train/a/12.png").symlink_to("nothing.png")
    (folder / "train/a/13.png").symlink_to("13.png")
    with pytest.raises(InputError, match=r"a/12.png: cannot be read as a picture: No such file"):
        load_split("train", folder)
    assert len(load_split("train", folder, skip_damaged=True)) == 24


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: (folder / "c").mkdir(), "pictures/c: no picture; expected files ending in .png"),
        (lambda folder: write(folder / "0.png"), "pictures/0.png: beside folders of classes"),
        (lambda folder: (folder / "a").rename(folder / "train"), "holds train and no test; expected both"),
        (lambda folder: (folder / "a").rename(folder / "test"), "holds test and no train; expected both"),
    ],
)
def test_folders_that_are_refused(folder, make, words):
    write_classes(folder)
    make(folder)
    with pytest.raises(InputError, match=words) as caught:
        load_split("train", folder)
    assert "\n" not in str(caught.value)


def test_a_folder_without_pictures_is_refused(folder):
    (folder / "a").mkdir(parents=True)
    with pytest.raises(InputError, match=r"no data that is known here; expected pictures"):
        load_split("train", folder)


def test_many_classes_are_not_all_named(folder):
    for name in "abcdefgh":
        for index in range(2):
            write(folder / name / f"{index}.png")
    assert load_split("train", folder).source.endswith("classes a, b, c, d, e and 3 more")


@pytest.mark.parametrize("setting", [{"image_size": 8}, {"colour": "grey"}, {"skip_damaged": True}])
def test_settings_of_pictures_are_refused_where_there_are_none(idx_folder, setting):
    for source, name in (({"data_path": idx_folder}, str(idx_folder)), ({"dataset": "kmnist"}, "data set kmnist")):
        with pytest.raises(InputError, match="no folder of pictures") as caught:
            load_split("train", **source, **setting)
        assert str(caught.value).startswith(name)
        assert caught.value.setting == f"data.{next(iter(setting))}"


def test_idx_files_beside_a_picture_are_idx_files(idx_folder, tmp_path):
    for file in idx_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    write(tmp_path / "preview.png")
    assert load_split("train", tmp_path).source.startswith("a set in the format of MNIST")


def test_images_that_no_memory_holds_are_refused():
    class Huge:
        source, n_images, image_shape = "pictures", 10**6, (10_000, 10_000, 3)

    with pytest.raises(InputError, match=r"1,000,000 images of 10,000 × 10,000 pixels take 279,396.8 GB") as caught:
        OnDiskImages(Huge).in_memory()
    assert caught.value.setting == "data.cache"
