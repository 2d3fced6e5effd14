"""The pictures of a run: while it trains, and from a trained model."""

import csv

import numpy as np

from ..evaluation.codes import encode_all
from ..evaluation.petals import ink, slant
from ..visualization.image_grid import save_image_grid, save_overview, tile
from ..visualization.latent import save_latent
from .snapshots import SHEET


class RunPictures:
    """Writes a run's pictures: samples, the plane of two codes, and manifolds.

    Args:
        folder: Path of the folder to write to.
        prior: The model's prior.
    """

    def __init__(self, folder, prior):
        self.folder = folder
        self.prior = prior

    def write(self, snapshot):
        """Writes ``generate_im_<epoch>.png`` and, for two codes, ``latent_<epoch>.png`` from a ``Snapshot``."""
        title = f"Decoded samples of the prior, epoch {snapshot.epoch}"
        save_image_grid(self.folder / f"generate_im_{snapshot.epoch}.png", snapshot.samples, SHEET, SHEET, title)
        if self.prior.n_codes == 2:
            name = f"latent_{snapshot.epoch}.png"
            self._save_latent(name, snapshot.codes, snapshot.labels, f", epoch {snapshot.epoch}")

    def write_samples(self, model, seed):
        """Writes ``generate_im.png``, 20 × 20 images decoded from samples of the prior; returns its path."""
        samples = np.asarray(model.sample(SHEET * SHEET, seed))
        return save_image_grid(
            self.folder / "generate_im.png", samples, SHEET, SHEET, f"{SHEET * SHEET} decoded samples of the prior"
        )

    def write_latent(self, model, split):
        """Writes ``latent.png``, the codes of a held-out split; returns its path."""
        codes = encode_all(model, split.images, split.labels)
        return self._save_latent("latent.png", codes, split.labels)

    def write_manifolds(self, model):
        """Writes the manifold figures of the prior; returns their paths.

        One grid goes to ``generate_im.png``. Of several, each goes to ``generate_im_<name>.png``, an overview of all to
        ``generate_im.png``, and the mean ink and slant of every column and row to ``manifold.csv``.
        """
        manifolds = self.prior.manifolds()
        decoded = [self._decode(model, manifold.codes) for manifold in manifolds]
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
        save_overview(overview, sheets, titles, f"Every component decoded in its own axes ({axes})")
        return [overview, *paths, self._write_styles(manifolds, decoded)]

    def _write_styles(self, manifolds, decoded):
        path = self.folder / "manifold.csv"
        with path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["manifold", "direction", "position", "ink", "slant"])
            for manifold, images in zip(manifolds, decoded, strict=True):
                lines = {manifold.x_label: images.swapaxes(0, 1), manifold.y_label: images[::-1]}
                for direction, grid in lines.items():
                    for position, line in enumerate(grid):
                        style = ink(line).mean(), slant(line).mean()
                        table.writerow([manifold.name, direction, position, *(f"{value:.3f}" for value in style)])
        return path

    def _decode(self, model, codes):
        rows, columns, n_codes = codes.shape
        images = np.asarray(model.decode(codes.reshape(-1, n_codes)))
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

    def _save_latent(self, name, codes, labels, moment=""):
        title = f"Codes of {len(codes):,} held-out images{moment}"
        return save_latent(self.folder / name, codes, labels, self.prior.extent, title, self.prior.log_density)


def _every_other(images):
    """A sheet of every second row and column of a grid of images, and of the last ones."""
    rows, columns = (np.linspace(0, size - 1, size // 2).round().astype(int) for size in images.shape[:2])
    chosen = images[rows][:, columns]
    return tile(chosen.reshape(-1, *chosen.shape[2:]), len(rows), len(columns))
