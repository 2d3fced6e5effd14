"""The scripts: flags in, frozen configs out of them, and the commands that take these.

Each script is a module with ``main(argv=None) -> int``, which may be called again and again in one process. Nothing
here imports TensorFlow before there is something to compute.
"""
