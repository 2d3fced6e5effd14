import math

from aae.training.epoch_metrics import last_epoch, meaning, parts_of, read_epoch_metrics

TABLE = """epoch,discriminator_loss,accuracy,labelled_accuracy,valid_accuracy,test_accuracy,learning_rate,seconds
0,1.5,0.1,0.2,0.3,0.4,0.0002,1.5
1,1.25,0.5,0.6,0.7,0.8,0.0002,1.5
"""


def written(path, text):
    path.write_text(text)
    return path


def test_columns_of_one_metric_come_together_by_the_images_they_are_of(tmp_path):
    metrics = read_epoch_metrics(written(tmp_path / "metrics.csv", TABLE))
    accuracy = {"training": [0.1, 0.5], "labelled": [0.2, 0.6], "valid": [0.3, 0.7], "test": [0.4, 0.8]}
    assert metrics == {"discriminator_loss": {"training": [1.5, 1.25]}, "accuracy": accuracy}


def test_the_last_epoch_begins_with_what_is_held_out(tmp_path):
    last = last_epoch(read_epoch_metrics(written(tmp_path / "metrics.csv", TABLE)))
    assert list(last) == ["accuracy", "discriminator_loss"]
    assert last["accuracy"] == {"training": 0.5, "labelled": 0.6, "valid": 0.7, "test": 0.8}
    assert parts_of(last) == ["training", "valid", "test", "labelled"]


def test_what_is_no_number_is_left_out(tmp_path):
    text = "epoch,reconstruction_loss,valid_reconstruction_loss,generator_loss\n0,1,2,3\n1,5,,inf\n"
    metrics = read_epoch_metrics(written(tmp_path / "metrics.csv", text))
    assert math.isnan(metrics["reconstruction_loss"]["valid"][1])
    assert last_epoch(metrics) == {"reconstruction_loss": {"training": 5.0}}


def test_without_a_table_there_are_none(tmp_path):
    assert read_epoch_metrics(tmp_path / "nowhere.csv") == {}
    assert read_epoch_metrics(written(tmp_path / "empty.csv", "")) == {}
    assert read_epoch_metrics(written(tmp_path / "heads.csv", "epoch,generator_loss\n")) == {}
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00,\n1")
    assert read_epoch_metrics(tmp_path / "binary.csv") == {}


def test_a_loss_of_the_game_on_y_is_told_as_that_of_z_is():
    assert meaning("class_generator_loss") == f"game on y: {meaning('generator_loss')}"
    assert meaning("class_of_its_own") == meaning("unheard_of") == ""
