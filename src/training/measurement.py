"""Measures a trained model: metrics and pictures of the test images, written to its run folder."""

from dataclasses import replace

from ..errors import InputError
from ..evaluation.classification import classify_all
from ..evaluation.clustering import name_by_majority
from ..evaluation.codes import class_probabilities
from ..evaluation.metrics import cluster, clusters_named, measure
from ..evaluation.oracle_classifier import train_oracle_classifier
from ..evaluation.parzen import estimate
from .hyperparameters import write_final_metrics
from .table_pictures import pictures_of

MEANINGS = {
    "reconstruction_loss": "reconstruction error of the mean codes",
    "kl_divergence": "KL(q(z|x) ‖ p(z)), nats",
    "accuracy": "accuracy",
    "clustering_error": "images whose cluster stands for another class, by the paper's rule",
    "clustering_error_by_majority": "the same where the majority of the validation images in it names each cluster",
    "clusters_used": "clusters that hold a test image",
    "normalized_mutual_information": "normalised mutual information of clusters and classes; 1 is best",
    "adjusted_rand_index": "adjusted Rand index of clusters and classes; 1 is best",
    "parzen_log_likelihood": "Parzen-window log-likelihood, nats, images in [0, 1]",
    "parzen_standard_error": "its standard error over the test images",
    "parzen_bandwidth": "σ of its kernel, chosen on validation images",
    "parzen_samples": "its number of samples",
    "prior_fit": "sliced Wasserstein distance of q(z) from p(z); 1 is as close as the prior to itself",
    "read_as_asked": "decoded images that the oracle classifier assigns to the class asked for",
    "reader_accuracy": "accuracy of the oracle classifier on real images",
    "label_from_code_linear": "label predicted from the code, linear classifier",
    "label_from_code_nearest_neighbours": "label predicted from the code, nearest neighbours",
}
COUNTS = ("clusters_used", "parzen_samples")
SHARES = (
    "accuracy",
    "clustering_error",
    "read_as_asked",
    "reader_accuracy",
    "label_from_code",
    "discriminator_accuracy",
    "class_discriminator_accuracy",
)
ORACLE_SEED = 1


def measure_run(folder, model, epoch, training_split, valid_split, test, seed, parzen_samples=0, label_of_cluster=None):
    """Measures a trained model on test images and writes what comes of it to its folder.

    The metrics go to ``evaluation.json`` and to TensorBoard's log; pictures of the classes are drawn.

    Args:
        folder: The ``RunFolder``.
        model: The model.
        epoch: Epochs it was trained.
        training_split: Function that gives the training images, a ``Split``; called only if an oracle
            classifier has to be trained on them.
        valid_split: Function that gives the validation images, a ``Split``, or None where there are none; called only
            where something is chosen on them.
        test: Test images, a ``Split``.
        seed: Draws the style sheet, and the samples of the Parzen-window estimate.
        parzen_samples: Number of samples of the Parzen-window estimate of the log-likelihood, 0 for none.
        label_of_cluster: The class that each cluster stands for, int [n_clusters]; None to choose it on validation
            images.

    Returns:
        Dictionary from names to numbers, and the paths of the pictures.

    Raises:
        InputError: If there are no validation images where something is chosen on them.
    """
    if model.has_styles and not model.has_clusters and test.n_classes > model.n_classes:
        raise InputError(
            f"{test.source}: a label of {test.n_classes - 1}: "
            f"expected 0 to {model.n_classes - 1}, the classes of the model"
        )
    if needs_labels(model) and not test.has_labels:
        raise InputError(
            f"{test.source}: no labels, which this model is measured by: say where they are, or give others",
            setting="data.label_column" if test.is_table else "data.path",
        )
    oracle = None
    pictures = pictures_of(folder.path, model, test)
    paths, head_names = pictures.write_test_rows(test), None
    if model.has_styles:
        paths += pictures.write_styles(seed)
        if not model.has_clusters:
            oracle = folder.load_oracle() or folder.save_oracle(train_oracle_classifier(training_split(), ORACLE_SEED))
    metrics = measure(model, test, oracle)
    if model.learns_to_classify:
        paths += pictures.write_classification(classify_all(model, test), test.images)
    if model.has_clusters:
        clustering = _clustering(model, valid_split, test, label_of_cluster, metrics)
        metrics |= clustering.metrics()
        paths.append(pictures.write_clusters(clustering, test.images))
        head_names = pictures.head_names(clustering)
    if parzen_samples:
        found = estimate(model, _required(valid_split), test, parzen_samples, seed)
        metrics |= {
            "parzen_log_likelihood": found.log_likelihood,
            "parzen_standard_error": found.standard_error,
            "parzen_bandwidth": found.bandwidth,
            "parzen_samples": found.n_samples,
        }
    if model.has_heads and model.n_codes == 2:
        paths.append(pictures.write_latent(test, head_names, _error(metrics)))
    write_final_metrics(folder.tensorboard, epoch, metrics)
    folder.write_evaluation({"epoch": epoch, "images": len(test), "figures": metrics})
    return metrics, paths


def needs_labels(model):
    """Whether a model cannot be measured on images without labels: its classes are theirs."""
    return model.learns_to_classify or (model.has_styles and not model.has_clusters)


def _clustering(model, valid_split, test, label_of_cluster, metrics):
    """The ``Clustering`` of the test images; adds to ``metrics`` the error when clusters are named by majority."""
    if label_of_cluster is not None or not test.has_labels:
        return cluster(model, label_of_cluster, test)
    valid = _required(valid_split)
    clustering = cluster(model, clusters_named(model, valid), test)
    by_majority = name_by_majority(valid.labels, class_probabilities(model, valid))
    metrics["clustering_error_by_majority"] = replace(clustering, label_of_cluster=by_majority).error
    return clustering


def _required(valid_split):
    valid = valid_split()
    if valid is None:
        raise InputError(
            "the run held out no validation images, on which this is chosen: train with some held out",
            setting="data.n_valid",
        )
    return valid


def _error(metrics):
    if not {"clustering_error", "accuracy"} & set(metrics):
        return ""
    wrong = metrics["clustering_error"] if "clustering_error" in metrics else 1 - metrics["accuracy"]
    return f", {wrong:.2%} wrong"


def describe(metrics, members="images"):
    """Lines that say what ``measure_run`` measured of ``members``, images or rows, shares in per cent."""
    for _, value, meaning in described(metrics, members):
        yield f"{value}   {meaning}"


def described(metrics, members="images"):
    """Of each metric that ``measure_run`` measured its name, its value as ``written`` gives it, and its meaning."""
    for name, meaning in MEANINGS.items():
        if name in metrics:
            yield name, written(name, metrics[name]), meaning.replace("images", members)


def written(name, value):
    """The value of the metric ``name`` as it is read, right-aligned: a share in per cent, a count without decimals."""
    if is_share(name):
        return f"{value:11.2%}"
    return f"{value:10,.0f} " if name in COUNTS and value == int(value) else f"{value:10.3f} "


def is_share(name):
    """Whether the metric ``name`` is a share in [0, 1]."""
    return name.startswith(SHARES)
