import subprocess
import sys
import weakref
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from aae.errors import InputError, RunError
from aae.training.distribution import is_chief, make_strategy, require_even_batch, translate_worker_errors
from aae.training.run_folder import RunFolder

from tests.conftest import slow
from tests.training.workers import start_workers

STEPS = Path(__file__).with_name("replica_steps.py")
CLUSTER = {"worker": ["a:1", "b:1"]}


@pytest.fixture(scope="module")
def digits_file(digits, tmp_path_factory):
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=digits.images, labels=digits.labels)
    return path


def on_one_host(digits_file, folder, strategies, models):
    """Weights and losses by strategy and model, in a process of its own: two CPUs come before all of TensorFlow."""
    command = [sys.executable, STEPS, digits_file, folder / "host.npz", strategies, models]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-2000:]
    return np.load(folder / "host.npz")


def require_same(one, several, what):
    """Requires the weights and the losses of several replicas to be those of one."""
    (one, losses), (several, those_of_several) = one, several
    assert np.linalg.norm(several - one) / np.linalg.norm(one) < 1e-4, what
    np.testing.assert_allclose(those_of_several, losses, rtol=1e-3, err_msg=what)


@pytest.mark.parametrize("model", ["labelled_aae", slow("semisupervised"), slow("clustering")])
def test_two_devices_of_a_host_come_to_the_weights_of_one(digits_file, tmp_path, model):
    found = on_one_host(digits_file, tmp_path, "one,mirrored", model)
    one, mirrored = ((found[f"{name} {model}"], found[f"{name} {model} losses"]) for name in ("one", "mirrored"))
    require_same(one, mirrored, model)


@pytest.mark.slow
def test_two_workers_come_to_the_weights_of_one(digits_file, tmp_path):
    models = ("labelled_aae", "semisupervised", "clustering")
    found = on_one_host(digits_file, tmp_path, "one", ",".join(models))
    command = [STEPS, digits_file, tmp_path / "workerINDEX.npz", "multiworker", ",".join(models)]
    for worker in start_workers(2, command):
        _, errors = worker.communicate(timeout=240)
        assert worker.returncode == 0, errors[-2000:]
    for index in range(2):
        worker = np.load(tmp_path / f"worker{index}.npz")
        for model in models:
            one = found[f"one {model}"], found[f"one {model} losses"]
            require_same(one, (worker[f"multiworker {model}"], worker[f"multiworker {model} losses"]), model)


def test_no_strategy_is_tensorflows_default():
    assert make_strategy("one") is tf.distribute.get_strategy()


def test_without_hosts_and_gpus_there_is_one_device(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert make_strategy("auto").num_replicas_in_sync == 1


@pytest.mark.parametrize(
    "config",
    [
        "",
        "workers",
        "[]",
        '{"cluster": {"worker": ["a:1"]}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "boss", "index": 0}}',
    ],
)
def test_a_cluster_that_is_not_described_is_refused(monkeypatch, config):
    monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(InputError, match=r"TF_CONFIG is .*expected"):
        make_strategy("multiworker")


class Among:
    """A strategy of one of several tasks."""

    num_replicas_in_sync = 2

    def __init__(self, cluster, task_type, task_id):
        self.cluster_resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec(cluster), task_type=task_type, task_id=task_id
        )


@pytest.mark.parametrize(
    ("cluster", "task", "expected"),
    [
        (CLUSTER, ("worker", 0), True),
        (CLUSTER, ("worker", 1), False),
        (CLUSTER | {"chief": ["c:1"]}, ("worker", 0), False),
        (CLUSTER | {"chief": ["c:1"]}, ("chief", 0), True),
    ],
)
def test_one_task_is_the_chief(cluster, task, expected):
    assert is_chief(Among(cluster, *task)) == expected


def test_a_process_alone_is_the_chief():
    assert is_chief(tf.distribute.get_strategy())


def test_replicas_share_a_batch_evenly():
    require_even_batch(100, Among(CLUSTER, "worker", 0))
    with pytest.raises(InputError, match="batches of 101 on 2 replicas: expected a multiple of 2"):
        require_even_batch(101, Among(CLUSTER, "worker", 0))


def test_a_lost_worker_is_one_line(tmp_path):
    lost = tf.errors.UnavailableError(None, None, "{{function_node x}} no heartbeat\nfrom task 1")
    with (
        pytest.raises(RunError, match=r"lost another worker \(no heartbeat\); start all .* from the beginning"),
        translate_worker_errors(Among(CLUSTER, "worker", 0), RunFolder(tmp_path)),
    ):
        raise lost
    with (
        pytest.raises(tf.errors.UnavailableError),
        translate_worker_errors(tf.distribute.get_strategy(), RunFolder(tmp_path)),
    ):
        raise lost


def leaves_a_pool_open(pools):
    pool = ThreadPool(1)
    pools.append(weakref.ref(pool))
    raise tf.errors.UnavailableError(None, None, "gone")


def is_seen_only_while_another_is_handled(pools):
    try:
        leaves_a_pool_open(pools)
    except tf.errors.UnavailableError:
        raise tf.errors.UnavailableError(None, None, "gone") from None


def is_cut_out_of_the_traceback(pools):
    """As Keras does; here the frame that is cut out holds itself."""

    def holds_itself():
        pool, frame = ThreadPool(1), sys._getframe()  # noqa: F841 - the pool lives as long as the frame
        pools.append(weakref.ref(pool))

    holds_itself()
    raise tf.errors.UnavailableError(None, None, "gone")


def is_cut_out_but_called_what_is_left(pools):
    """As Keras leaves what is neither its own nor TensorFlow's."""

    def raises():
        raise tf.errors.UnavailableError(None, None, "gone")

    def holds():
        pool = ThreadPool(1)
        pools.append(weakref.ref(pool))
        raises()

    try:
        holds()
    except tf.errors.UnavailableError as error:
        of_raises = error.__traceback__.tb_next.tb_next
        raise error.with_traceback(of_raises) from None


@pytest.mark.parametrize(
    "reduce",
    [
        leaves_a_pool_open,
        is_seen_only_while_another_is_handled,
        is_cut_out_of_the_traceback,
        is_cut_out_but_called_what_is_left,
    ],
)
def test_what_a_lost_worker_leaves_open_is_let_go_at_once(reduce, tmp_path):
    """TensorFlow leaves a pool of threads in the frames of the error, which complains if the interpreter ends first."""
    pools = []
    with (
        pytest.raises(RunError) as caught,
        translate_worker_errors(Among(CLUSTER, "worker", 0), RunFolder(tmp_path)),
    ):
        reduce(pools)
    assert caught.value.__cause__.message == "gone"
    assert pools[0]() is None
