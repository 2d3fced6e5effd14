import itertools
import re

import pytest
from aae.training.scalar_layout import scalar_layout
from aae.training.summaries import ScalarSummaries, summary_writer
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.custom_scalar.metadata import CONFIG_SUMMARY_TAG
from tensorboard.util import tensor_util

from tests.conftest import KINDS

# What callbacks add to the metrics of a model; see their tests.
OF_CALLBACKS = {"learning_rate", "seconds"}
CATEGORIES = {
    "ae": ["Reconstruction"],
    "vae": ["Reconstruction"],
    "aae": ["Reconstruction", "Regularisation of z"],
    "supervised": ["Reconstruction", "Regularisation of z"],
    "clustering": ["Reconstruction", "Regularisation of z", "Regularisation of y"],
    "semisupervised": ["Reconstruction", "Regularisation of z", "Regularisation of y", "Classification"],
    "dimreduction": [
        *["Reconstruction", "Regularisation of z", "Regularisation of y", "Classification"],
        "Separation of the heads",
    ],
}


def tags_of(model):
    tags = {metric.name for metric in model.metrics} | OF_CALLBACKS
    held_out = [name for name in tags if name in ("reconstruction_loss", "kl_divergence", "accuracy")]
    tags |= {f"{split}_{name}" for split in ("valid", "test") for name in held_out}
    tags |= {"labelled_accuracy"} if model.learns_to_classify else set()
    clusters = ("clustering_error", "clusters_used") if model.has_clusters else ()
    return tags | {f"{split}_{name}" for split in ("valid", "test") for name in clusters}


@pytest.mark.parametrize("kind", KINDS)
def test_every_metric_of_a_model_has_one_chart_and_every_chart_a_metric(model_of_kind, kind):
    tags = tags_of(model_of_kind(kind))
    layout = scalar_layout(tags)
    assert [category.title for category in layout.category] == [
        *CATEGORIES[kind],
        "Held-out images",
        "Learning rate and time",
    ]
    # TensorBoard matches from the start of a tag.
    charts = [chart for category in layout.category for chart in category.chart]
    shown = [[tag for tag in tags if re.match(*chart.multiline.tag, tag)] for chart in charts]
    assert all(shown)
    assert sorted(itertools.chain(*shown)) == sorted(tags)


def layouts(folder):
    log = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    log.Reload()
    if CONFIG_SUMMARY_TAG not in log.Tags()["tensors"]:
        return [], log
    found = [tensor_util.make_ndarray(event.tensor_proto).item() for event in log.Tensors(CONFIG_SUMMARY_TAG)]
    return [layout_pb2.Layout.FromString(each) for each in found], log


@pytest.mark.parametrize("resumed_from", [0, 1])
def test_a_log_has_the_layout_once_also_where_a_run_is_resumed(tmp_path, resumed_from):
    logs = {"reconstruction_loss": 1.0, "seconds": 2.0}
    first = ScalarSummaries(summary_writer(tmp_path))
    first.on_epoch_end(0, logs)
    resumed = ScalarSummaries(summary_writer(tmp_path, resumed_from))
    for epoch in range(resumed_from, 3):
        resumed.on_epoch_end(epoch, logs)
    (layout,), log = layouts(tmp_path)
    assert [category.title for category in layout.category] == ["Reconstruction", "Learning rate and time"]
    assert [event.step for event in log.Tensors("seconds")] == [1, 2, 3]
