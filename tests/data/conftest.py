"""What tests of data share: a folder of prepared copies."""

import importlib

import pytest


@pytest.fixture
def tfds_folder(tmp_path):
    """An empty folder that TensorFlow Datasets looks into as well."""
    import tensorflow_datasets as tfds

    tfds.core.add_data_dir(tmp_path)
    yield tmp_path
    importlib.import_module("tensorflow_datasets.core.utils.file_utils").clear_registered_data_dirs()
