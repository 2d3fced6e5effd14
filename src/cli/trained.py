"""The commands on a trained model: sample it, draw it, measure it, move through it."""

from typing import Any, NamedTuple

import numpy as np

from .. import pretrained
from ..errors import InputError
from ..evaluation.metrics import clusters_named
from ..evaluation.training_reference import TrainingReference, digest_of
from ..explorer import explore as write_explorer
from ..explorer.requirements import require_images
from ..training.run_folder import RunFolder
from ..training.table_pictures import pictures_by_record, pictures_of
from .console_report import show_metrics
from .images import recorded_split, recorded_valid, show_notices
from .measured import measured
from .train import RUNS


class Trained(NamedTuple):
    """A trained model.

    Attributes:
        folder: The ``RunFolder`` that its pictures go to.
        model: The model.
        epoch: Epochs that it was trained.
        card: The ``Card`` of one that comes with the package, otherwise None.
    """

    folder: RunFolder
    model: Any
    epoch: int
    card: Any = None

    @property
    def name(self):
        """What to call it."""
        return f"the model after epoch {self.epoch}" if self.card is None else f"pretrained {self.card.name}"

    @property
    def label_of_cluster(self):
        """The class that each cluster stands for, where its card says so; otherwise None."""
        return self.card and self.card.label_of_cluster


def generate(config, styles=False):
    """Writes a sheet of samples from a trained model, or with ``styles`` every class in ten styles."""
    trained = load_trained(config)
    pictures = pictures_by_record(trained.folder.path, trained.model, trained.folder.read_config().get("table"))
    _show_paths(pictures.write_styles(config.seed) if styles else pictures.write_generated(config.seed), trained)


def viz(config):
    """Writes the codes of the test images, and the manifold, of a trained model."""
    trained = load_trained(config)
    if trained.model.n_codes != 2:
        raise InputError(
            f"--viz draws a plane of codes: the model in {trained.folder.path} has {trained.model.n_codes}, expected 2"
        )
    test = recorded_split(trained.folder, "test", config.source)
    show_notices(test)
    pictures = pictures_of(trained.folder.path, trained.model, test)
    _show_paths([pictures.write_latent(test), *pictures.write_manifolds()], trained)


def evaluate(config):
    """Prints the metrics of a trained model on the test images, and writes its pictures and its report."""
    trained = load_trained(config)
    folder = trained.folder
    test = recorded_split(folder, "test", config.source)
    show_notices(test)
    asked = (folder, trained.model, trained.epoch, test, config, config.source)
    metrics, paths = measured(*asked, trained.label_of_cluster)
    _show_paths([*paths, folder.evaluation, folder.report], trained)
    show_metrics(metrics, test)


def explore(config):
    """Writes the page in which one moves through a trained model, with the test images in it."""
    trained = load_trained(config)
    test = recorded_split(trained.folder, "test", config.source)
    require_images(trained.model)
    show_notices(test)
    _show_paths([explorer_page(trained, test, config.source)], trained)


def explorer_page(trained, test, source):
    """Writes that page of a ``Trained`` with the images of a ``Split``; returns its path.

    What clusters stand for is chosen on the validation images of the run, which ``source`` says where to find.
    """
    folder, model = trained.folder, trained.model
    label_of_cluster = clusters_of(trained, source)
    title = trained.card.title if trained.card else f"{type(model).__name__} of {folder.path.name}"
    labels, names = test.labels, class_names_of(trained, test)
    if not test.has_labels:
        labels, names = np.zeros_like(labels), ["unlabelled"]
    return write_explorer(model, test.images, labels, folder.explorer, names, label_of_cluster, title)


def class_names_of(trained, split):
    """Names of the classes of a ``Split``, or of the card of a ``Trained``; None where they have none."""
    return split.class_names or (trained.card and trained.card.class_names)


def clusters_of(trained, source):
    """The class that each cluster of a ``Trained`` stands for: int [n_clusters]; None where nothing says it.

    It is the card's, or chosen on the validation images of the run, which ``source`` says where to find.
    """
    if not trained.model.has_clusters or trained.label_of_cluster is not None:
        return trained.label_of_cluster
    valid = recorded_valid(trained.folder, source)
    return None if valid is None or not valid.has_labels else clusters_named(trained.model, valid)


def reference_of(trained, source):
    """The ``TrainingReference`` of a ``Trained``: that in its folder, or made of its training samples and kept there.

    Where ``source`` says to take other samples, or others stand in for them, it is made of these, and not kept.
    """
    folder = trained.folder
    if folder.reference.exists() and not source:
        kept = TrainingReference.load(folder.reference)
        if kept.digest == digest_of(trained.model):
            return kept
    train = recorded_split(folder, "train", source)
    show_notices(train)
    named = class_names_of(trained, train), clusters_of(trained, source)
    reference = TrainingReference.of(trained.model, train, *named)
    if not (source or train.notice):
        reference.save(folder.reference)
    return reference


def load_trained(config):
    """The model that a ``TrainedConfig`` names, as ``Trained``."""
    if config.pretrained is not None:
        return _pretrained_model(config)
    if config.path is None:
        folder = RunFolder.newest(RUNS, config.experiment)
    else:
        folder = RunFolder(config.path)
        folder.require_experiment(config.experiment)
    model, progress = folder.load(config.epoch)
    return Trained(folder, model, progress.epoch)


def _pretrained_model(config):
    """One that comes with the package; what is made with it goes to a folder of its own."""
    card = pretrained.find(config.experiment, config.pretrained or None)
    folder = RunFolder(config.path or RUNS / "pretrained" / card.name)
    model = pretrained(card.name)
    folder.adopt(card.name, card.record)
    return Trained(folder, model, card.record["finished"]["epochs"], card)


def _show_paths(paths, trained):
    """Says what was written, from which model."""
    for path in paths:
        print(f"{path}: from {trained.name}")
