"""The codes of AAE, VAE and autoencoder on the same test images, side by side (Makhzani et al., figure 2).

python experiment/compare_codes.py --maxepoch 20
python experiment/compare_codes.py --save_path runs/compare

Trains the three, each into a folder of its own in --save_path, and draws compare_codes.png there. Models that are there
already, trained with the same flags, are not trained again.
"""

import time
from pathlib import Path

import command_line
from absl import flags
from command_line import FLAGS


def define_flags():
    """The flags that all three models read."""
    command_line.define_model_flags()
    command_line.define_game_flags()
    command_line.define_data_flags()
    command_line.define_training_flags()
    command_line.define_speed_flags()
    command_line.define_run_flags()
    FLAGS["maxepoch"].default = 20
    FLAGS["maxepoch"].unparse()
    flags.register_validator("ncode", lambda n_codes: n_codes == 2, "the figure shows planes of codes; use --ncode 2")


def train_or_find(root, kind, build):
    """The run folder of a model trained with the present flags, which it may have been before."""
    import actions
    from aae.training.run_folder import RunFolder

    folder = RunFolder(root / kind)
    recorded = folder.read_config()
    unread = ("save_path", "load")
    same = {name: value for name, value in command_line.recorded_flags().items() if name not in unread}
    if "finished" in recorded and same.items() <= recorded.get("flags", {}).items():
        return folder
    experiment = {"model": kind, "ncode": 2} | ({"dist_type": "gaussian", "label": False} if kind == "aae" else {})
    return actions.train(f"{kind}-2", experiment, build, path=folder.path)


def main():
    """Trains what is not there yet, and draws."""
    import actions
    import build
    from aae.data import load_split
    from aae.evaluation.codes import encode_all
    from aae.models import priors
    from aae.visualization.latent import save_latents

    root = Path(FLAGS.save_path or actions.RUNS / f"compare-{time.strftime('%Y%m%d-%H%M%S')}")
    # What is said of a stopped run names it.
    FLAGS.save_path = str(root)
    prior = priors.Gaussian(2, FLAGS.prior_std)
    builders = {
        "aae": ("adversarial autoencoder", lambda split: build.aae(split, prior)),
        "vae": ("variational autoencoder", lambda split: build.vae(split, prior)),
        "ae": ("autoencoder", lambda split: build.autoencoder(split, priors.Gaussian(2), 0.0)),
    }
    folders = {kind: train_or_find(root, kind, make) for kind, (_, make) in builders.items()}
    test = load_split("test", FLAGS.data_path, FLAGS.dataset)
    panels = []
    for kind, folder in folders.items():
        model, progress = folder.load()
        error = folder.read_evaluation()["figures"]["reconstruction_loss"]
        title = f"{builders[kind][0]}\nreconstruction error {error:.1f}"
        codes = encode_all(model, test.images, test.labels)
        panels.append((title, codes, model.prior.extent, model.prior.log_density if kind != "ae" else None))
    moment = f"after {progress}"
    title = f"Codes of the same {len(test):,} test images {moment}"
    path = save_latents(root / "compare_codes.png", panels, test.labels, title)
    print(f"{path}: from the models {moment}")


if __name__ == "__main__":
    define_flags()
    command_line.run(main)
