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

from tests.training.workers import start_workers

STEPS = Path(__file__).with_name("replica_steps.py")
CLUSTER = {"worker": ["a:1", "b:1"]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Weights and losses after the same 50 steps: on one device, on two of one host, on two workers."""
    folder = tmp_path_factory.mktemp("replicas")
    for name in ("one", "mirrored"):
        subprocess.run([sys.executable, STEPS, name, folder / name], check=True, capture_output=True, text=True)
    for worker in start_workers(2, [STEPS, "multiworker", folder / "workerINDEX"]):
        _, errors = worker.communicate(timeout=240)
        assert worker.returncode == 0, errors[-2000:]
    return {name: np.load(folder / f"{name}.npz") for name in ("one", "mirrored", "worker0", "worker1")}


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["mirrored", "worker0", "worker1"])
@pytest.mark.parametrize("model", ["labelled_aae", "semisupervised", "clustering"])
def test_several_replicas_come_to_the_weights_of_one(trained, model, strategy):
    one, several = trained["one"][model], trained[strategy][model]
    assert np.linalg.norm(several - one) / np.linalg.norm(one) < 1e-4
    losses = f"{model} losses"
    np.testing.assert_allclose(trained[strategy][losses], trained["one"][losses], rtol=1e-3)


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


def test_what_a_lost_worker_leaves_open_is_let_go_at_once(tmp_path):
    """TensorFlow leaves a pool of threads in the frames of the error, which complains if the interpreter ends first."""
    pools = []

    def reduce():
        pool = ThreadPool(1)
        pools.append(weakref.ref(pool))
        raise tf.errors.UnavailableError(None, None, "gone")

    with (
        pytest.raises(RunError) as caught,
        translate_worker_errors(Among(CLUSTER, "worker", 0), RunFolder(tmp_path)),
    ):
        reduce()
    assert caught.value.__cause__.message == "gone"
    assert pools[0]() is None
