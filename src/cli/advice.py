"""Which flag to change, added to errors that the other packages tell in their own terms."""

from .training_flags import WEIGHTS

RATES = {
    "discriminator": "reg_lr",
    "generator": "reg_lr",
    "class_discriminator": "reg_lr",
    "class_generator": "reg_lr",
    "classification": "cls_lr",
}


# Which flags say the settings that errors name.
FLAGS = {
    "run.path": "--save_path",
    "run.batch_size": "--bsize, --nvalid",
    "run.resume": "--resume",
    "trained.epoch": "--load",
    "trained.pretrained": "--load pretrained:NAME",
    "zoo.replace": "--name, --replace",
    "data.path": "--data_path",
    "data.dataset": "--dataset, --data_path",
    "data.cache": "--cache",
    "data.image_size": "--image_size",
    "data.colour": "--colour",
    "data.skip_damaged": "--skip_damaged",
    "data.label_column": "--label_column",
    "data.n_valid": "--nvalid",
    "data.n_neighbours": "--neighbours",
}


def advice(error, values):
    """The flags that an error calls for, in parentheses after a space; empty where it names none.

    Args:
        error: An exception. An ``AAEError`` names in ``setting`` what mends it; one of a training that diverged has in
            ``loss`` the name of the loss that showed it, such as "class_generator_loss", or None.
        values: The flags of the script, or None where they could not be parsed.
    """
    if getattr(error, "setting", None):
        return f" ({FLAGS[error.setting]})"
    if values is None or not hasattr(error, "loss"):
        return ""
    name = (error.loss or "").removesuffix("_loss")
    # What is no loss of training, such as "test_reconstruction_loss", or a non-finite weight, has no weight to lower.
    flags = [RATES.get(name, "lr")] + ([WEIGHTS[name]] if name in WEIGHTS else [])
    return f" ({' or '.join(f'--{flag}' for flag in flags)}, or --precision float32)"
