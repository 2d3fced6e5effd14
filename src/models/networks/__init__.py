"""The networks that models are made of: the paper's multilayer perceptrons, and convolutional ones."""

from .conv import conv_decoder, conv_encoder
from .mlp import mlp_decoder, mlp_discriminator, mlp_encoder

__all__ = ["conv_decoder", "conv_encoder", "mlp_decoder", "mlp_discriminator", "mlp_encoder"]
