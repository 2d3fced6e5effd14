"""The codes of AAE, VAE and autoencoder on the same test images, side by side (Makhzani et al., figure 2).

aae-compare --maxepoch 20
aae-compare --save_path runs/compare

Trains the three, each into a folder of its own in --save_path, and draws compare_codes.png there. Models that are there
already, trained with the same flags, are not trained again.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

from . import run_flags
from .flag_group import MODEL, FlagGroup
from .given import reject_unused_widths
from .model_flags import define_model_flags, model_config
from .script import Script, run
from .training_flags import define_training_flags

TITLES = {"aae": "adversarial autoencoder", "vae": "variational autoencoder", "ae": "autoencoder"}
# They say where a run is, not what it is; a run that is there already may have others.
NOT_COMPARED = ("save_path", "load")


def define_flags(values):
    """The flags that all three models read."""
    define_model_flags(values, TITLES, without=["prior", "n_components", "sees_labels"])
    run_flags.define_data_flags(values, TITLES, without=["n_labels"])
    define_training_flags(values, TITLES)
    run_flags.define_run_flags(values, TITLES, without=["strategy"])
    values.set_default("maxepoch", 20)
    FlagGroup(values, MODEL).check(
        "ncode", lambda n_codes: n_codes == 2, "the figure shows planes of codes; use --ncode 2"
    )


def reject_unused_flags(values):
    """Rejects flags that none of the three would use."""
    reject_unused_widths(values, has_game=True)


def config(values, kind, command=""):
    """The ``Config`` of one of the three by the flags."""
    more = {"prior_std": 1.0, "input_noise": 0.0} if kind == "ae" else {}
    return run_flags.config(values, model_config(values, kind, **more), command)


def command(invocation):
    """Trains the models that are not there yet, and draws their codes."""
    from ..data import load_split
    from ..evaluation.codes import encode_all
    from ..visualization.latent import save_latents
    from .images import IN_MEMORY
    from .train import RUNS

    values = invocation.values
    root = Path(values.save_path or RUNS / f"compare-{time.strftime('%Y%m%d-%H%M%S')}")
    # What is said of a stopped run names it.
    values.save_path = str(root)
    folders = {kind: _train_or_find(invocation, root / kind, kind) for kind in TITLES}
    test = load_split("test", **run_flags.data_config(values).source | IN_MEMORY)
    panels = []
    for kind, folder in folders.items():
        model, progress = folder.load()
        error = folder.read_evaluation()["figures"]["reconstruction_loss"]
        title = f"{TITLES[kind]}\nreconstruction error {error:.1f}"
        codes = encode_all(model, test.images, test.labels)
        panels.append((title, codes, model.prior.plot_limit, model.prior.log_prob if kind != "ae" else None))
    moment = f"after {progress}"
    title = f"Codes of the same {len(test):,} test images {moment}"
    path = save_latents(root / "compare_codes.png", panels, test.labels, title)
    print(f"{path}: from the models {moment}")


def _train_or_find(invocation, path, kind):
    """The run folder of a model trained with the present flags, which it may have been before."""
    from ..training.run_folder import RunFolder
    from .train import train

    required = config(invocation.values, kind, invocation.command)
    folder = RunFolder(path)
    recorded = folder.read_config()
    same = {name: value for name, value in required.run.flags.items() if name not in NOT_COMPARED}
    if "finished" in recorded and same.items() <= recorded.get("flags", {}).items():
        return folder
    return train(replace(required, run=replace(required.run, path=path)), invocation.program)


SCRIPT = Script("compare_codes", __doc__, define_flags, command, reject_unused_flags)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
