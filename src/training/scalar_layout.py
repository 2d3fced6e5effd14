"""How TensorBoard lays out the metrics of a run: charts by phase, in its tab of custom scalars."""

import re

from tensorboard.plugins.custom_scalar import layout_pb2, summary

# Regular expressions, matched from the start of a tag. They are the same for every kind of model, because TensorBoard
# shows two charts of one title where those of two runs differ.
GAME = {
    "losses of discriminator and generator": "{}(discriminator|generator)_loss$",
    "accuracy of the discriminator": "{}discriminator_accuracy_(real|fake)$",
}
CATEGORIES = {
    "Reconstruction": {"reconstruction error": "reconstruction_loss$", "KL divergence": "kl_divergence$"},
    "Regularisation of z": {title: pattern.format("") for title, pattern in GAME.items()},
    "Regularisation of y": {title: pattern.format("class_") for title, pattern in GAME.items()},
    "Classification": {
        "classification loss": "classification_loss$",
        "accuracy on labelled training images": "(labelled_)?accuracy$",
    },
    "Separation of the heads": {"separation loss": "separation_loss$"},
    "Held-out images": {
        "accuracy": "(valid|test)_accuracy$",
        "clustering error": "(valid|test)_clustering_error$",
        "clusters used": "(valid|test)_clusters_used$",
        "reconstruction error": "(valid|test)_reconstruction_loss$",
        "KL divergence": "(valid|test)_kl_divergence$",
    },
    "Learning rate and time": {"learning rate": "learning_rate$", "seconds of an epoch": "seconds$"},
}


def scalar_layout(tags):
    """The charts of those metrics that a run has.

    Args:
        tags: Names of its metrics, an iterable of strings.

    Returns:
        ``layout_pb2.Layout``: a category for each phase, one for held-out images, one for learning rate and time.
    """
    tags = list(tags)
    layout = layout_pb2.Layout()
    for category, charts in CATEGORIES.items():
        shown = {title: pattern for title, pattern in charts.items() if any(re.match(pattern, tag) for tag in tags)}
        if shown:
            layout.category.append(layout_pb2.Category(title=category, chart=[_chart(*each) for each in shown.items()]))
    return layout


def layout_summary(tags):
    """The summary that holds ``scalar_layout`` of ``tags``: serialised, bytes."""
    return summary.pb(scalar_layout(tags)).SerializeToString()


def _chart(title, pattern):
    return layout_pb2.Chart(title=title, multiline=layout_pb2.MultilineChartContent(tag=[pattern]))
