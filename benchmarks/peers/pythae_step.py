"""The adversarial autoencoder of pythae, with the same networks, in the step its own trainer makes.

It takes one pass through the autoencoder and moves everything at once: less arithmetic than three phases in turn.
"""

import sys
from pathlib import Path

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import Adversarial_AE, Adversarial_AE_Config
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseDiscriminator, BaseEncoder
from pythae.trainers import AdversarialTrainer, AdversarialTrainerConfig
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent))
from torch_step import BATCH, CODES, HIDDEN, PIXELS, mlp
from worker import serve


class Encoder(BaseEncoder):
    """Means and log-variances."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU())
        self.embedding, self.log_covariance = nn.Linear(HIDDEN, CODES), nn.Linear(HIDDEN, CODES)

    def forward(self, images):
        """As pythae wants it."""
        hidden = self.hidden(images)
        return ModelOutput(embedding=self.embedding(hidden), log_covariance=self.log_covariance(hidden))


class Decoder(BaseDecoder):
    """Images."""

    def __init__(self):
        super().__init__()
        self.layers = mlp(CODES, PIXELS, nn.Tanh())

    def forward(self, codes):
        """As pythae wants it."""
        return ModelOutput(reconstruction=self.layers(codes))


class Discriminator(BaseDiscriminator):
    """Probabilities."""

    def __init__(self):
        super().__init__()
        self.layers = mlp(CODES, 1, nn.Sigmoid())

    def forward(self, codes):
        """As pythae wants it."""
        return ModelOutput(embedding=self.layers(codes))


def main():
    """Serves steps."""
    torch.manual_seed(0)
    config = Adversarial_AE_Config((PIXELS,), CODES, adversarial_loss_scale=0.5, reconstruction_loss_scale=0.5)
    model = Adversarial_AE(config, Encoder(), Decoder(), Discriminator())
    images = torch.rand(BATCH, PIXELS) * 2 - 1
    batch = BaseDataset(images, torch.ones(BATCH))
    trainer = AdversarialTrainer(model, batch, training_config=AdversarialTrainerConfig(no_cuda=True))
    trainer.set_autoencoder_optimizer()
    trainer.set_discriminator_optimizer()
    inputs = {"data": images}
    model.train()
    serve(lambda: trainer._optimizers_step(model(inputs)), lambda: None)


if __name__ == "__main__":
    main()
