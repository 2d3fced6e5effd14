import pytest
import tensorflow as tf
from aae.training import hardware


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("processor : 0\nflags : fpu avx512f avx512_bf16 avx512vl\n", "bfloat16"),
        ("flags\t\t: fpu amx_tile amx_bf16\n", "bfloat16"),
        ("flags : fpu avx2 avx512f avx512_bf16ish\n", "float32"),
        ("Features : fp asimd bf16\n", "float32"),
    ],
)
def test_bfloat16_is_for_cpus_with_instructions_for_it(monkeypatch, tmp_path, facts, expected):
    (tmp_path / "cpuinfo").write_text(facts)
    monkeypatch.setattr(hardware, "CPU_FACTS", tmp_path / "cpuinfo")
    monkeypatch.setattr(hardware, "has_gpu", lambda: False)
    assert hardware.fastest_precision() == expected
    assert not hardware.fastest_jit()


def test_a_gpu_has_xla_and_float32(monkeypatch, tmp_path):
    (tmp_path / "cpuinfo").write_text("flags : avx512_bf16\n")
    monkeypatch.setattr(hardware, "CPU_FACTS", tmp_path / "cpuinfo")
    monkeypatch.setattr(hardware, "has_gpu", lambda: True)
    assert hardware.fastest_precision() == "float32"
    assert hardware.fastest_jit()
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        assert not hardware.fastest_jit()


def test_a_system_that_says_nothing_of_its_cpu_has_float32(monkeypatch, tmp_path):
    monkeypatch.setattr(hardware, "CPU_FACTS", tmp_path / "none")
    assert hardware.fastest_precision() == "float32"
