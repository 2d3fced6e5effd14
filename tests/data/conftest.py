"""What tests of data share: a prepared copy of TensorFlow Datasets."""

import importlib

import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture
def tfds_folder(tmp_path):
    """An empty folder that TensorFlow Datasets looks into as well."""
    import tensorflow_datasets as tfds

    tfds.core.add_data_dir(tmp_path)
    yield tmp_path
    importlib.import_module("tensorflow_datasets.core.utils.file_utils").clear_registered_data_dirs()


@pytest.fixture
def prepare():
    """A function that writes a prepared copy as TensorFlow Datasets does."""

    def prepare(folder, name, version, images, labels):
        import tensorflow_datasets as tfds

        features = tfds.features.FeaturesDict(
            {
                "image": tfds.features.Image(shape=images.shape[1:], dtype=np.uint8),
                "label": tfds.features.ClassLabel(num_classes=10),
            }
        )
        rows = tf.data.Dataset.from_tensor_slices({"image": images, "label": labels.astype(np.int64)})
        tfds.dataset_builders.store_as_tfds_dataset(
            name=name,
            version=version,
            features=features,
            split_datasets={"train": rows.take(len(images)), "test": rows.take(10)},
            data_dir=folder,
            disable_shuffling=True,
        )

    return prepare
