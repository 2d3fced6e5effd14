import logging
import shutil
import subprocess

import numpy as np
import pytest
from aae.errors import InputError
from aae.training.checkpoints import CheckpointManager, Progress

N_FLIPS = 240


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with the checkpoints of two epochs and of the middle of a third one, of a very small model."""
    import keras
    from aae.models import AAE, networks, priors

    keras.utils.set_random_seed(0)
    shape = (4, 4, 1)
    prior = priors.Gaussian(2)
    nets = (
        networks.mlp_encoder(shape, 4, (3,)),
        networks.mlp_decoder(2, shape, (3,)),
        networks.mlp_discriminator(2, (3,)),
    )
    model = AAE(*nets, prior)
    model.compile()
    manager = CheckpointManager(tmp_path_factory.mktemp("checkpoints"))
    for step, progress in enumerate((Progress(1), Progress(2), Progress(2, 7))):
        model.encoder.trainable_variables[0].assign(np.full((16, 3), step))
        manager.save(model, progress, {"number": step / 3})
    return manager.folder


@pytest.fixture
def manager(saved, tmp_path):
    shutil.copytree(saved, tmp_path / "checkpoints")
    return CheckpointManager(tmp_path / "checkpoints")


def first_weight(model):
    return float(model.encoder.trainable_variables[0][0, 0])


def test_the_newest_comes_back_with_its_progress_and_state(manager):
    assert manager.saved() == [Progress(1), Progress(2), Progress(2, 7)]
    model, progress, state = manager.load_newest(to_train=True)
    assert (first_weight(model), progress, state) == (2.0, Progress(2, 7), {"number": 2 / 3})
    assert model.compiled


def test_digests_are_those_of_sha256sum(manager):
    digests = [path.name for path in manager.folder.glob("*.sha256")]
    assert len(digests) == 3
    subprocess.run(["sha256sum", "--check", "--strict", *digests], cwd=manager.folder, check=True, capture_output=True)


def corruptions():
    """Every way of damaging a file: to cut it, to empty it, to remove it."""
    yield "cut", lambda path: path.write_bytes(path.read_bytes()[:-1])
    yield "half", lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    yield "empty", lambda path: path.write_bytes(b"")
    yield "longer", lambda path: path.write_bytes(path.read_bytes() + b"\0")
    yield "other", lambda path: path.write_bytes(b"\xff" * path.stat().st_size)


@pytest.mark.parametrize("corrupt", [pytest.param(corrupt, id=name) for name, corrupt in corruptions()])
@pytest.mark.parametrize("ending", [".keras", ".keras.sha256"])
def test_a_corrupt_newest_one_is_named_and_the_one_before_used(manager, corrupt, ending, caplog):
    corrupt(manager.folder / f"epoch_0002_step_000007{ending}")
    with caplog.at_level(logging.WARNING):
        model, progress, state = manager.load_newest()
    assert (first_weight(model), progress, state) == (1.0, Progress(2), {"number": 1 / 3})
    (record,) = caplog.records
    assert "epoch_0002_step_000007.keras: corrupt: " in record.getMessage()
    with pytest.raises(InputError, match=r"epoch_0002_step_000007\.keras: corrupt"):
        manager.load(Progress(2, 7))


def test_a_missing_digest_is_a_corruption_and_a_missing_checkpoint_none(manager):
    (manager.folder / "epoch_0002_step_000007.keras.sha256").unlink()
    assert manager.load_newest()[1] == Progress(2)
    (manager.folder / "epoch_0002.keras").unlink()
    assert manager.load_newest()[1] == Progress(1)


def test_flipped_bits_anywhere_are_caught(manager):
    generator = np.random.default_rng(0)
    paths = sorted(manager.folder.iterdir())
    for _ in range(N_FLIPS // len(paths)):
        for path in paths:
            valid = path.read_bytes()
            flipped = bytearray(valid)
            flipped[generator.integers(len(flipped))] ^= 1 << generator.integers(8)
            path.write_bytes(flipped)
            (progress,) = (each for each in manager.saved() if path.name.startswith(manager.path(each).name))
            assert manager.corruption(progress)
            path.write_bytes(valid)
    assert all(manager.corruption(progress) is None for progress in manager.saved())


def test_when_none_is_valid_it_is_an_error(manager):
    for path in manager.folder.glob("*.keras"):
        path.write_bytes(b"")
    with pytest.raises(InputError, match="holds no valid checkpoint"):
        manager.load_newest()


def test_the_newest_few_are_kept_and_those_of_pictures(tmp_path):
    manager = CheckpointManager(tmp_path)
    for progress in [*map(Progress, range(1, 10)), Progress(9, 5)]:
        manager.path(progress).write_bytes(b"")
        manager.path(progress).with_suffix(".keras.sha256").write_bytes(b"")
    manager.prune(keep=2, every=5)
    assert manager.saved() == [Progress(5), Progress(9), Progress(9, 5)]
    assert len(list(tmp_path.glob("*.sha256"))) == 3
    manager.drop_after(Progress(8))
    assert manager.saved() == [Progress(5)]
