"""Which flag to turn, added to what the rooms below say in their own terms."""

from .settings import WEIGHTS

RATES = {
    "discriminator": "reg_lr",
    "generator": "reg_lr",
    "class_discriminator": "reg_lr",
    "class_generator": "reg_lr",
    "classification": "cls_lr",
}


def advice(error, values):
    """The flags that an error calls for, in parentheses after a space; empty where it names none.

    Args:
        error: An ``AAEError``. One of a training that diverged has the name of the loss that showed it, such as
            "class_generator_loss", as its attribute ``loss``, or there None.
        values: The flags of the script, or None where they could not be parsed.
    """
    if values is None or not hasattr(error, "loss"):
        return ""
    name = (error.loss or "").removesuffix("_loss")
    # What is no loss of training, such as "test_reconstruction_loss", or a broken weight, has no weight to lower.
    flags = [RATES.get(name, "lr")] + ([WEIGHTS[name]] if name in WEIGHTS else [])
    return f" ({' or '.join(f'--{flag}' for flag in flags)}, or --precision float32)"
