"""The same adversarial autoencoder in PyTorch, as fast as its documentation says how; needs nothing but torch.

python benchmarks/peers/torch_step.py fused compile bfloat16 shared

Without words it is written as one writes it naturally. "fused": fused Adam. "compile": ``torch.compile`` of each
phase. "bfloat16": autocast. "shared": arranged as in this package: discriminator and generator phases play on the same
codes, and one pass of the discriminator sees samples of the prior and codes.
"""

import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import softplus

sys.path.insert(0, str(Path(__file__).parent.parent))
from worker import serve

BATCH, PIXELS, HIDDEN, CODES = 128, 784, 1000, 2


def mlp(n_inputs, n_outputs, *last):
    """Two hidden layers of rectified linear units."""
    hidden = nn.Linear(n_inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU()
    return nn.Sequential(*hidden, nn.Linear(HIDDEN, n_outputs), *last)


class AAE:
    """The networks, the losses of the three phases, and a step."""

    def __init__(self, words):
        self.autocast = "bfloat16" in words
        self.shared = "shared" in words
        self.encoder, self.decoder = mlp(PIXELS, 2 * CODES), mlp(CODES, PIXELS, nn.Tanh())
        self.discriminator = mlp(CODES, 1)
        both = [*self.encoder.parameters(), *self.decoder.parameters()]
        self.optimizers = [
            torch.optim.Adam(parameters, 2e-4, betas=(0.5, 0.999), fused="fused" in words or None)
            for parameters in (both, self.discriminator.parameters(), self.encoder.parameters())
        ]
        if "compile" in words:
            for name in ("codes", "reconstruction_loss", "discriminator_loss", "generator_loss"):
                setattr(self, name, torch.compile(getattr(self, name)))

    def precision(self):
        """Where the networks run."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.autocast)

    def codes(self, images):
        """Reparameterised samples of the posterior."""
        with self.precision():
            outputs = self.encoder(images)
        mean, raw_scale = outputs.float().chunk(2, dim=1)
        return mean + softplus(raw_scale) * torch.randn_like(mean)

    def logits(self, codes):
        """The discriminator's."""
        with self.precision():
            outputs = self.discriminator(codes)
        return outputs.float()

    def reconstruction_loss(self, images):
        """Half the squared error, summed over the pixels, mean over the batch."""
        codes = self.codes(images)
        with self.precision():
            outputs = self.decoder(codes)
        return 0.5 * (images - outputs.float()).square().sum(dim=1).mean()

    def discriminator_loss(self, codes):
        """Codes against as many samples of the prior."""
        if self.shared:
            samples, coded = self.logits(torch.cat([torch.randn_like(codes), codes])).chunk(2)
            return softplus(-samples).mean() + softplus(coded).mean()
        return softplus(-self.logits(torch.randn_like(codes))).mean() + softplus(self.logits(codes)).mean()

    def generator_loss(self, codes):
        """Non-saturating."""
        return softplus(-self.logits(codes)).mean()

    def move(self, optimizer, loss):
        """One step of one phase."""
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def step(self, images):
        """Reconstruction, discriminator and generator phases in turn."""
        reconstruction, discriminator, generator = self.optimizers
        self.move(reconstruction, self.reconstruction_loss(images))
        if self.shared:
            codes = self.codes(images)
        else:
            with torch.no_grad():
                codes = self.codes(images)
        self.move(discriminator, self.discriminator_loss(codes.detach()))
        # The generator's gradient passes through the discriminator, whose own need not be computed.
        self.discriminator.requires_grad_(False)
        self.move(generator, self.generator_loss(codes if self.shared else self.codes(images)))
        self.discriminator.requires_grad_(True)


def main(words):
    """Serves steps."""
    torch.manual_seed(0)
    model, images = AAE(words), torch.rand(BATCH, PIXELS) * 2 - 1
    serve(lambda: model.step(images), lambda: None)


if __name__ == "__main__":
    main(sys.argv[1:])
