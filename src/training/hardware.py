"""The precision and compilation with which this machine trains fastest."""

from pathlib import Path

import tensorflow as tf

CPU_FACTS = Path("/proc/cpuinfo")
BFLOAT16_INSTRUCTIONS = {"avx512_bf16", "amx_bf16"}


def fastest_precision():
    """The precision in which training is fastest here: bfloat16 on CPUs with instructions for it, otherwise float32."""
    return "bfloat16" if not has_gpu() and BFLOAT16_INSTRUCTIONS & _cpu_flags() else "float32"


def fastest_jit():
    """Whether XLA makes training faster here: on one GPU. On a CPU it gains nothing, least of all from bfloat16.

    To be asked in the scope of the strategy: XLA cannot compile a step that replicas share.
    """
    return has_gpu() and not tf.distribute.has_strategy()


def has_gpu():
    """Whether TensorFlow sees a GPU."""
    return bool(tf.config.list_physical_devices("GPU"))


def _cpu_flags():
    try:
        lines = CPU_FACTS.read_text().splitlines()
    except OSError:
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split(":")[1].split()}
