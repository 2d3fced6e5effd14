"""Which flag to change, added to errors that the other packages tell in their own terms."""

from .setting_flags import flag_of
from .training_flags import WEIGHTS

RATES = {
    "discriminator": "reg_lr",
    "generator": "reg_lr",
    "class_discriminator": "ydis_lr",
    "class_generator": "reg_lr",
    "classification": "cls_lr",
}


# Which flags mend a setting that errors name, where they are not its own alone.
FLAGS = {
    "run.batch_size": "--bsize, --nvalid",
    "trained.epoch": "--load",
    "trained.pretrained": "--load pretrained:NAME",
    "zoo.replace": "--name, --replace",
    "data.dataset": "--dataset, --data_path",
}


def advice(error, values):
    """The flags that an error calls for, in parentheses after a space; empty where it names none.

    Args:
        error: An exception. An ``AAEError`` names in ``setting`` what mends it; one of a training that diverged has in
            ``loss`` the name of the loss that showed it, such as "class_generator_loss", or None.
        values: The flags of the script, or None where they could not be parsed.
    """
    if getattr(error, "setting", None):
        return f" ({FLAGS.get(error.setting) or f'--{flag_of(error.setting)}'})"
    if values is None or not hasattr(error, "loss"):
        return ""
    name = (error.loss or "").removesuffix("_loss")
    # What is no loss of training, such as "test_reconstruction_loss", or a non-finite weight, has no weight to lower.
    flags = [RATES.get(name, "lr")] + ([WEIGHTS[name][0]] if name in WEIGHTS else [])
    return f" ({' or '.join(f'--{flag}' for flag in flags)}, or --precision float32)"
