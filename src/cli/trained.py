"""The commands on a trained model: sample it, draw it, measure it."""

from ..errors import InputError
from ..training.pictures import RunPictures
from ..training.run_folder import RunFolder
from .images import recorded_split, show_notices
from .measured import measured, show_metrics
from .train import RUNS


def generate(config, styles=False):
    """Writes a sheet of samples from a trained model, or with ``styles`` every class in ten styles."""
    folder, model, epoch = _trained_model(config)
    pictures = RunPictures(folder.path, model)
    _show_paths(pictures.write_styles(config.seed) if styles else [pictures.write_samples(config.seed)], epoch)


def viz(config):
    """Writes the codes of the test images, and the manifold, of a trained model."""
    folder, model, epoch = _trained_model(config)
    if model.n_codes != 2:
        raise InputError(f"--viz draws a plane of codes: the model in {folder.path} has {model.n_codes}, expected 2")
    test = recorded_split(folder, "test", config.source)
    show_notices(test)
    pictures = RunPictures(folder.path, model)
    _show_paths([pictures.write_latent(test), *pictures.write_manifolds()], epoch)


def evaluate(config):
    """Prints the metrics of a trained model on the test images, and writes its pictures."""
    folder, model, epoch = _trained_model(config)
    test = recorded_split(folder, "test", config.source)
    show_notices(test)
    metrics, paths = measured(folder, model, epoch, test, config, config.source)
    _show_paths([*paths, folder.evaluation], epoch)
    show_metrics(metrics, test)


def _trained_model(config):
    """The run folder, the model and the epoch that a ``TrainedConfig`` names."""
    if config.path is None:
        folder = RunFolder.newest(RUNS, config.experiment)
    else:
        folder = RunFolder(config.path)
        folder.require_experiment(config.experiment)
    model, progress = folder.load(config.epoch)
    return folder, model, progress.epoch


def _show_paths(paths, epoch):
    """Says what was written, from which model."""
    for path in paths:
        print(f"{path}: from the model after epoch {epoch}")
