"""The pictures of a run on a table: rows of features as heat maps, and features over the plane of codes."""

import csv

import numpy as np

from ..data.pipeline import from_range
from ..data.tables.record import scaling_and_names, table_record
from ..evaluation.feature_errors import feature_errors
from ..safe_files import atomic_write
from ..visualization.confusion import save_confusion
from ..visualization.feature_errors import save_feature_errors
from ..visualization.feature_planes import save_feature_planes
from ..visualization.feature_rows import save_feature_rows
from .latent_plot import plot_settings
from .pictures import RunPictures
from .snapshots import decode_samples, decode_styles, first_or_spread

N_SAMPLES = 40
# A plane of codes is decoded at so many places a side; for so many classes.
PLANE_SIZE = 40
MAX_PLANES = 10


def pictures_of(folder, model, split):
    """What writes the pictures of a run on the data of a ``Split``: ``RunPictures``, ``TablePictures`` for a table."""
    return pictures_by_record(folder, model, table_record(split))


def pictures_by_record(folder, model, record):
    """The same by the ``table_record`` of the run, None for one on images."""
    scaling, class_names = scaling_and_names(record)
    return RunPictures(folder, model) if scaling is None else TablePictures(folder, model, scaling, class_names)


class TablePictures(RunPictures):
    """Writes the pictures of a run on a table; those of codes and confusions are as of images.

    Args:
        folder: Path of the folder to write to.
        model: The model.
        scaling: The ``Scaling`` of the table.
        class_names: Names of its classes; None where it has no labels.
    """

    members = "rows"

    def __init__(self, folder, model, scaling, class_names=None):
        super().__init__(folder, model)
        self.scaling = scaling
        self.class_names = class_names

    def write(self, snapshot):
        """Writes the pictures of a ``Snapshot``.

        ``reconstructions_<epoch>.png``, ``samples_<epoch>.png``; for two codes ``latent_<epoch>.png``; for a decoder
        that is given the class ``styles_<epoch>.png``.
        """
        moment = f", epoch {snapshot.epoch}"
        name = f"reconstructions_{snapshot.epoch}.png"
        self._save_reconstructions(name, snapshot.inputs, snapshot.reconstructions, snapshot.shown_labels, moment)
        self._save_samples(f"samples_{snapshot.epoch}.png", snapshot.samples, moment)
        if self.prior.n_codes == 2:
            self._save_latent(f"latent_{snapshot.epoch}.png", snapshot.positions, snapshot.labels, moment)
        if snapshot.styles is not None:
            self._save_styles(f"styles_{snapshot.epoch}.png", snapshot.styles, moment)

    def write_generated(self, seed):
        """Writes ``samples.png``, and ``samples.csv`` with 400 rows in the table's units; returns the paths."""
        samples = decode_samples(self.model, seed)
        return [self._save_samples("samples.png", samples), self._write_rows("samples.csv", samples)]

    def write_styles(self, seed):
        """Writes ``styles.png``, every class in ten styles, and the same rows as ``styles.csv``; returns the paths."""
        styles = decode_styles(self.model, seed)
        names = np.repeat(self._names_of_styles(len(styles)), styles.shape[1])
        rows = self._write_rows("styles.csv", styles.reshape(-1, styles.shape[-1]), names)
        return [self._save_styles("styles.png", styles), rows]

    def write_test_rows(self, split):
        """Writes what is made of rows to test on; returns the paths.

        ``reconstructions.png`` shows some of them, ``feature_errors.png`` how far each feature of all is off.
        """
        errors = feature_errors(self.model, split)
        shown = first_or_spread(split)
        title = f"How far reconstructions of {len(split):,} test rows are off"
        bars = self.folder / "feature_errors.png"
        return [
            self._save_reconstructions(
                "reconstructions.png", split.images[shown], errors.reconstructions[shown], split.labels[shown]
            ),
            save_feature_errors(bars, errors.errors, errors.spreads, self.scaling.names, title),
        ]

    def write_classification(self, classification, rows):
        """Writes ``confusion.png`` and ``mistakes.png`` of a ``Classification`` of ``rows``; returns the paths."""
        title = f"{len(rows):,} test rows, {classification.accuracy:.2%} right"
        confusion, by_class = classification.confusion, classification.accuracy_by_class
        paths = [save_confusion(self.folder / "confusion.png", confusion, by_class, title, self.class_names)]
        mistakes = classification.confident_mistakes(N_SAMPLES)
        if len(mistakes):
            taken_for = classification.predictions[mistakes]
            certainty = classification.probabilities[mistakes, taken_for]
            facts = zip(classification.labels[mistakes], taken_for, certainty, strict=True)
            names = [
                f"{self.class_names[label]} → {self.class_names[taken]}  {share:.0%}" for label, taken, share in facts
            ]
            title = "The most confident mistakes"
            label = "true class → class given, its probability"
            panels = [("test rows", rows[mistakes])]
            path = self.folder / "mistakes.png"
            paths.append(save_feature_rows(path, panels, self.scaling.names, title, names, label))
        return paths

    def write_clusters(self, clustering, rows):
        """Writes ``clusters.png`` of a ``Clustering`` of ``rows``, its used clusters; returns its path."""
        codes = np.zeros((self.model.n_classes, self.prior.n_codes), np.float32)
        heads = from_range(self.model.decode(codes, np.arange(len(codes))), self.model.image_range)
        used = np.flatnonzero(clustering.counts)
        means = np.array([rows[clustering.assignments == cluster].mean(axis=0) for cluster in used])
        title = f"{clustering.n_used} of {len(heads)} clusters used"
        if clustering.is_named:
            title += f", {clustering.error:.2%} of {len(rows):,} rows wrong"
        names = self.head_names(clustering)
        return save_feature_rows(
            self.folder / "clusters.png",
            [("decoded without style", heads[used]), ("mean of the test rows in it", means)],
            self.scaling.names,
            title,
            [f"{names[cluster]}   ({clustering.counts[cluster]:,})" for cluster in used],
            "class each cluster stands for   (rows in it)" if clustering.is_named else "cluster   (rows in it)",
        )

    def write_manifolds(self):
        """Writes what is decoded from every place in the plane of two codes, feature by feature; returns the paths.

        ``manifold.png``; for a decoder that is given the class ``manifold_class<class>.png`` for up to ten classes.
        """
        settings = plot_settings(self.model)
        limit = settings["plot_limit"]
        axis = np.linspace(-limit, limit, PLANE_SIZE, dtype=np.float32)
        codes = np.stack(np.meshgrid(axis, axis[::-1]), axis=-1).reshape(-1, 2)
        drawn = limit, settings["log_prob"]
        if self.model.has_heads:
            # Places among representations: the head is added to a code.
            return [self._save_plane("manifold.png", codes - self.model.heads[0], *drawn, label=0)]
        if not self.model.has_styles:
            return [self._save_plane("manifold.png", codes, *drawn)]
        names = self._names_of_styles(self.model.n_classes)[:MAX_PLANES]
        return [
            self._save_plane(f"manifold_class{label}.png", codes, *drawn, label=label, name=f", {name}")
            for label, name in enumerate(names)
        ]

    def head_names(self, clustering):
        """What is written at each cluster of a ``Clustering``: the class it stands for, or its number."""
        if not clustering.is_named:
            return [str(cluster) for cluster in range(self.model.n_classes)]
        return [self.class_names[label] for label in clustering.label_of_cluster]

    def _save_plane(self, file, codes, limit, log_prob, label=None, name=""):
        labels = [] if label is None else [np.full(len(codes), label)]
        rows = from_range(self.model.decode(codes, *labels), self.model.image_range)
        planes = self.scaling.restore(rows).reshape(PLANE_SIZE, PLANE_SIZE, -1)
        title = f"Features decoded over the plane of codes{name}"
        return save_feature_planes(
            self.folder / file, planes, self.scaling.widths, self.scaling.names, limit, title, log_prob
        )

    def _save_reconstructions(self, file, inputs, reconstructions, labels, moment=""):
        panels = [("test rows", inputs), ("reconstructed", reconstructions)]
        names = [] if self.class_names is None else [self.class_names[label] for label in labels]
        title = f"{len(inputs)} test rows and what is made of them{moment}"
        return save_feature_rows(self.folder / file, panels, self.scaling.names, title, names)

    def _save_samples(self, name, samples, moment=""):
        samples = samples[:N_SAMPLES]
        title = f"{len(samples)} decoded samples of the prior{moment}"
        return save_feature_rows(self.folder / name, [("", samples)], self.scaling.names, title)

    def _save_styles(self, name, styles, moment=""):
        n_classes, n_styles, _ = styles.shape
        rows = styles.reshape(n_classes * n_styles, -1)
        names = [""] * len(rows)
        names[n_styles // 2 :: n_styles] = self._names_of_styles(n_classes)
        gaps = range(n_styles, len(rows), n_styles)
        title = f"Every {self.class_or_cluster} in ten styles{moment}"
        return save_feature_rows(self.folder / name, [("", rows)], self.scaling.names, title, names, gaps=gaps)

    def _names_of_styles(self, n_classes):
        if self.model.has_clusters or self.class_names is None:
            return [f"cluster {cluster}" for cluster in range(n_classes)]
        return list(self.class_names)

    def _write_rows(self, name, rows, class_names=None):
        path = self.folder / name
        with atomic_write(path) as temporary, open(temporary, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow([*self.scaling.names, *([] if class_names is None else ["class"])])
            for index, row in enumerate(self.scaling.restore(rows)):
                values = [f"{value:.6g}" for value in row]
                table.writerow([*values, *([] if class_names is None else [class_names[index]])])
        return path
