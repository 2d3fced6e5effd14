"""The pictures of a run: while it trains, and from a trained model."""

import csv
from dataclasses import replace

import numpy as np

from ..data.pipeline import to_uint8
from ..evaluation.petals import ink, slant
from ..safe_files import atomic_write
from ..visualization.captioned_images import save_captioned_images
from ..visualization.cluster_members import save_cluster_members
from ..visualization.confusion import save_confusion
from ..visualization.image_grid import save_image_grid, save_overview, tile
from ..visualization.latent import save_latent
from .latent_plot import plot_settings, positions
from .snapshots import SHEET, decode_samples, decode_styles

N_MISTAKES = 40
N_MEMBERS = 8


class RunPictures:
    """Writes a run's pictures: samples, styles, latent plots, manifolds, and what a classifier gets wrong.

    Args:
        folder: Path of the folder to write to.
        model: The model.
    """

    members = "images"
    class_names = None

    def __init__(self, folder, model):
        self.folder = folder
        self.model = model
        self.prior = model.prior

    @property
    def class_or_cluster(self):
        """What one of the model's classes is called in a picture."""
        return "cluster" if self.model.has_clusters else "class"

    def write(self, snapshot):
        """Writes the pictures of a ``Snapshot``.

        ``generate_im_<epoch>.png``; for two codes ``latent_<epoch>.png``; for a decoder that is given the class
        ``sample_style_<epoch>.png``.
        """
        moment = f", epoch {snapshot.epoch}"
        self._save_samples(f"generate_im_{snapshot.epoch}.png", snapshot.samples, moment)
        if self.prior.n_codes == 2:
            self._save_latent(f"latent_{snapshot.epoch}.png", snapshot.positions, snapshot.labels, moment)
        if snapshot.styles is not None:
            self._save_styles(f"sample_style_{snapshot.epoch}.png", snapshot.styles, moment)

    def write_generated(self, seed):
        """Writes what ``write_samples`` does; returns a list of the path."""
        return [self.write_samples(seed)]

    def write_test_rows(self, split):
        """Writes nothing, of images: for rows of a table what is made of them; returns the paths."""
        return []

    def head_names(self, clustering):
        """What is written at each cluster of a ``Clustering``: the class that it stands for, or its number."""
        if not clustering.is_named:
            return [str(cluster) for cluster in range(self.model.n_classes)]
        return [str(label) for label in clustering.label_of_cluster]

    def write_samples(self, seed, name="generate_im.png"):
        """Writes 20 × 20 images decoded from samples of the prior; returns the path."""
        return self._save_samples(name, decode_samples(self.model, seed))

    def write_styles(self, seed):
        """Writes every class, or cluster, in ten styles; returns the paths.

        ``sample_style.png`` has one code per column (paper, figure 6), ``disentanglement.png`` the same images with one
        code per row.
        """
        styles = decode_styles(self.model, seed)
        names = [str(label) for label in range(len(styles))]
        turned = save_image_grid(
            self.folder / "disentanglement.png",
            styles.swapaxes(0, 1).reshape(-1, *styles.shape[2:]),
            styles.shape[1],
            styles.shape[0],
            f"Every {self.class_or_cluster} in ten styles",
            f"{self.class_or_cluster} asked for",
            "one code per row",
            column_names=names,
        )
        return [self._save_styles("sample_style.png", styles), turned]

    def write_classification(self, classification, images):
        """Writes ``confusion.png`` and ``mistakes.png`` of a ``Classification`` of ``images``; returns the paths."""
        path = self.folder / "confusion.png"
        title = f"{len(images):,} test images, {classification.accuracy:.2%} right"
        paths = [save_confusion(path, classification.confusion, classification.accuracy_by_class, title)]
        mistakes = classification.confident_mistakes(N_MISTAKES)
        if len(mistakes):
            taken_for = classification.predictions[mistakes]
            certainty = classification.probabilities[mistakes, taken_for]
            facts = zip(classification.labels[mistakes], taken_for, certainty, strict=True)
            captions = [f"{label}→{taken}  {share:.0%}" for label, taken, share in facts]
            title = "The most confident mistakes: true class → class given, its probability"
            paths.append(save_captioned_images(self.folder / "mistakes.png", images[mistakes], captions, title))
        return paths

    def write_clusters(self, clustering, images):
        """Writes ``clusters.png`` of a ``Clustering`` of ``images``; returns its path."""
        codes = np.zeros((self.model.n_classes, self.prior.n_codes), np.float32)
        heads = to_uint8(self.model.decode(codes, np.arange(self.model.n_classes)), self.model.image_range)
        members = [clustering.members(cluster) for cluster in range(len(heads))]
        facts = zip(self.head_names(clustering), clustering.counts, strict=True)
        title = f"{clustering.n_used} of {len(heads)} clusters used"
        if clustering.is_named:
            title += f", {clustering.error:.2%} of {len(images):,} images wrong"
        return save_cluster_members(
            self.folder / "clusters.png",
            heads,
            [images[inside[:N_MEMBERS]] for inside in members],
            [images[inside[N_MEMBERS:][-N_MEMBERS:]] for inside in members],
            [f"{label}   ({count:,})" for label, count in facts],
            f"{'class each cluster stands for' if clustering.is_named else 'cluster'}   (images in it)",
            title,
        )

    def write_latent(self, split, head_names=None, remark=""):
        """Writes ``latent.png``, where the images of a held-out split lie; returns its path.

        Args:
            split: A ``Split``.
            head_names: What is written at each head, where there are heads; by default its class.
            remark: What the title adds.
        """
        return self._save_latent("latent.png", positions(self.model, split), split.labels, remark, head_names)

    def write_manifolds(self):
        """Writes the manifold figures of the prior; returns their paths.

        One grid goes to ``generate_im.png``. Of several, each goes to ``generate_im_<name>.png``, an overview of all to
        ``generate_im.png``, and the mean ink and slant of every column and row to ``manifold.csv``. For a decoder that
        is given the class, the one grid of the prior is decoded as every class; several are not drawn.
        """
        manifolds = self.prior.manifolds()
        labels = [None] * len(manifolds)
        if self.model.has_styles:
            if len(manifolds) > 1:
                return []
            labels = range(self.model.n_classes)
            manifolds = [replace(manifolds[0], name=f"class{label}", title=f"Class {label}") for label in labels]
        decoded = [self._decode(manifold.codes, label) for manifold, label in zip(manifolds, labels, strict=True)]
        overview = self.folder / "generate_im.png"
        if len(manifolds) == 1:
            return [self._save_manifold(overview, manifolds[0], decoded[0])]
        paths = [
            self._save_manifold(self.folder / f"generate_im_{manifold.name}.png", manifold, images)
            for manifold, images in zip(manifolds, decoded, strict=True)
        ]
        sheets = [_every_other(images) for images in decoded]
        titles = [manifold.title for manifold in manifolds]
        axes = f"left to right: {manifolds[0].x_label}; bottom to top: {manifolds[0].y_label}"
        kind = self.class_or_cluster if self.model.has_styles else "component"
        save_overview(overview, sheets, titles, f"Every {kind} decoded on a grid of codes ({axes})")
        return [overview, *paths, self._write_profiles(manifolds, decoded)]

    def _write_profiles(self, manifolds, decoded):
        path = self.folder / "manifold.csv"
        with atomic_write(path) as temporary, open(temporary, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["manifold", "direction", "position", "ink", "slant"])
            for manifold, images in zip(manifolds, decoded, strict=True):
                lines = {manifold.x_label: images.swapaxes(0, 1), manifold.y_label: images[::-1]}
                for direction, grid in lines.items():
                    for position, line in enumerate(grid):
                        style = ink(line).mean(), slant(line).mean()
                        table.writerow([manifold.name, direction, position, *(f"{value:.3f}" for value in style)])
        return path

    def _decode(self, codes, label=None):
        rows, columns, n_codes = codes.shape
        arguments = [codes.reshape(-1, n_codes)] + ([] if label is None else [np.full(rows * columns, label)])
        images = to_uint8(self.model.decode(*arguments), self.model.image_range)
        return images.reshape(rows, columns, *images.shape[1:])

    def _save_manifold(self, path, manifold, images):
        rows, columns = images.shape[:2]
        return save_image_grid(
            path,
            images.reshape(-1, *images.shape[2:]),
            rows,
            columns,
            manifold.title,
            manifold.x_label,
            manifold.y_label,
        )

    def _save_samples(self, name, samples, moment=""):
        title = f"{len(samples)} decoded samples of the prior{moment}"
        return save_image_grid(self.folder / name, samples, SHEET, SHEET, title)

    def _save_styles(self, name, styles, moment=""):
        rows, columns = styles.shape[:2]
        images = styles.reshape(-1, *styles.shape[2:])
        title = f"Every {self.class_or_cluster} in ten styles{moment}"
        names = [str(label) for label in range(rows)]
        y_label = f"{self.class_or_cluster} asked for"
        return save_image_grid(
            self.folder / name, images, rows, columns, title, "one code per column", y_label, row_names=names
        )

    def _save_latent(self, name, codes, labels, remark="", head_names=None):
        title = f"Codes of {len(codes):,} held-out {self.members}{remark}"
        if head_names is None and self.model.has_heads and self.model.classes_are_labels:
            head_names = self.class_names or [str(label) for label in range(self.model.n_classes)]
        settings = {"head_names": head_names, "class_names": self.class_names} | plot_settings(self.model)
        return save_latent(self.folder / name, codes, labels, title=title, **settings)


def _every_other(images):
    """A sheet of every second row and column of a grid of images, and of the last ones."""
    rows, columns = (np.linspace(0, size - 1, size // 2).round().astype(int) for size in images.shape[:2])
    chosen = images[rows][:, columns]
    return tile(chosen.reshape(-1, *chosen.shape[2:]), len(rows), len(columns))
