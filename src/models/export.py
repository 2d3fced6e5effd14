"""A trained model as a file that answers without this package: TensorFlow's SavedModel, and ONNX.

What is exported encodes to mean codes, with averaged weights where there are some, as the model does outside training.
"""

import importlib.util

import keras

from ..errors import InputError

ONNX_PACKAGES = ("tf2onnx", "onnx")
OPSET = 18


def reconstruction_signature(model):
    """What ``model.call`` is given: a list of ``keras.InputSpec``, images, and labels where it needs them."""
    return [_images(model), *([_labels()] if model.is_given_labels else [])]


def require_onnx():
    """Refuses to export without the packages that write ONNX files.

    Raises:
        InputError: If one of them is not installed.
    """
    missing = [name for name in ONNX_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"export to ONNX without {' and '.join(missing)}: expected both {' and '.join(ONNX_PACKAGES)}; "
            "pip install 'adversarial-autoencoders[onnx]'"
        )


def export_endpoints(model, filepath):
    """Writes a SavedModel with an endpoint for each part of the model.

    Load it with ``tf.saved_model.load(filepath)``; its endpoints are methods, of float32 and int32 tensors:

    - ``encode``: images [batch, height, width, channels] to mean codes [batch, n_codes];
    - ``decode``: codes [batch, n_codes], and labels [batch] where the decoder is given a class, to images;
    - ``classify``: images to probabilities of the classes, or clusters, [batch, n_classes], where the encoder has a
      head for them.

    Args:
        model: An ``Autoencoder``.
        filepath: The folder to write.
    """
    codes = keras.InputSpec(shape=(None, model.n_codes), dtype="float32", name="codes")
    archive = keras.export.ExportArchive()
    archive.add_endpoint("encode", model.encode, [_images(model)])
    archive.add_endpoint("decode", model.decode, [codes, *([_labels()] if model.has_styles else [])])
    if hasattr(model, "classify"):
        archive.add_endpoint("classify", model.classify, [_images(model)])
    archive.write_out(str(filepath), verbose=False)


def _images(model):
    return keras.InputSpec(shape=(None, *model.image_shape), dtype="float32", name="images")


def _labels():
    return keras.InputSpec(shape=(None,), dtype="int32", name="labels")
