"""What a trained model is worth: figures and pictures of the test images, left in its run folder."""

from ..evaluation.classification import classify_all
from ..evaluation.figures import measure
from ..evaluation.reader import train_reader
from ..models import SemiSupervisedAAE
from .pictures import RunPictures
from .snapshots import has_styles

MEANINGS = {
    "reconstruction_loss": "reconstruction error of the mean codes",
    "kl_divergence": "KL(q(z|x) ‖ p(z)), nats",
    "accuracy": "accuracy",
    "prior_fit": "distance of q(z) from p(z); 1 is as close as the prior to itself",
    "read_as_asked": "decoded images an independent classifier reads as the class asked for",
    "reader_accuracy": "accuracy of that classifier on real images",
    "label_from_code_linear": "label guessed from the code, linear classifier",
    "label_from_code_nearest_neighbours": "label guessed from the code, nearest neighbours",
}
NOT_SHARES = ("reconstruction_loss", "kl_divergence", "prior_fit")
READER_SEED = 1


def measure_run(folder, model, epoch, training_split, test, seed):
    """Measures a trained model on test images and writes ``evaluation.json`` and the pictures of its classes.

    Args:
        folder: The ``RunFolder``.
        model: The model.
        epoch: Epochs it was trained.
        training_split: Function that gives the training images, a ``Split``; called only where a reader of decoded
            images has to be trained on them.
        test: Test images, a ``Split``.
        seed: Draws the style sheet.

    Returns:
        Dictionary from names to floats, and the paths of the pictures.
    """
    reader = None
    pictures = RunPictures(folder.path, model)
    paths = []
    if has_styles(model):
        reader = folder.load_reader() or folder.save_reader(train_reader(training_split(), READER_SEED))
        paths += pictures.write_styles(seed)
    figures = measure(model, test, reader)
    if isinstance(model, SemiSupervisedAAE):
        paths += pictures.write_classification(classify_all(model, test), test.images)
    folder.write_evaluation({"epoch": epoch, "images": len(test), "figures": figures})
    return figures, paths


def describe(figures):
    """Lines that say what ``measure_run`` measured, shares in per cent."""
    for name, meaning in MEANINGS.items():
        if name in figures:
            value = figures[name]
            yield f"{value:10.3f}    {meaning}" if name in NOT_SHARES else f"{value:10.2%}   {meaning}"
