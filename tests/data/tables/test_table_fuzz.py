"""Whatever bytes a file of a table holds, it is read right or refused in the project's own words, in little memory."""

import ast
import io
import math
import pickle
import resource
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from aae.data.tables.csv_file import read_csv
from aae.data.tables.limits import limited_memory
from aae.data.tables.numpy_file import read_npy, read_npz
from aae.data.tables.parquet_file import read_parquet
from aae.data.tables.source import load_table
from aae.errors import InputError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

FEW, MANY = 40, 5000
MOST_MEGABYTES = 200
# Prints by how many KB a process grows from here to its end.
MEASURED = """
import atexit, resource
import aae.data.tables.parquet_file
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
atexit.register(lambda: print(peak() - before))
"""
TYPES = ("<f8", ">f4", "<i2", "|u1", "|b1")

n_inputs = pytest.mark.parametrize("n_inputs", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
harms = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "add"]), st.integers(0, 2**20), st.integers(0, 255)), max_size=3
)
matrices = st.builds(
    lambda shape, kind, seed: np.random.default_rng(seed).integers(0, 2, shape).astype(kind),
    st.tuples(st.integers(1, 30), st.integers(1, 4)),
    st.sampled_from(TYPES),
    st.integers(0, 2**32 - 1),
)


def harmed(content, harms):
    content = bytearray(content)
    for kind, place, value in harms:
        if kind == "flip" and content:
            content[place % len(content)] ^= 1 << value % 8
        elif kind == "cut":
            del content[place % (len(content) + 1) :]
        elif kind == "add":
            content += bytes([value]) * (place % 20)
    return bytes(content)


def examine(n_inputs, strategies, check):
    """Checks so many inputs; the process must not hold much more at its fullest than before."""
    many = settings(max_examples=n_inputs, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    # What inputs are made of, tables of all characters among it, takes memory of its own.
    for strategy in strategies:
        many(given(strategy)(lambda drawn: None))()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many(given(*strategies)(check))()
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MEGABYTES


def outcome(read, path):
    try:
        return read(path)
    except InputError as error:
        message = str(error)
    assert str(path) in message
    assert message.isprintable()
    assert len(message) < len(str(path)) + 600
    return None


def columns(table):
    return [np.asarray(column).tolist() for column in table.columns]


def npy_bytes(array, shape=None, descr=None):
    """An array as the bytes of an NPY file, by the format's definition, its header promising what is asked for."""
    header = f"{{'descr': {descr or array.dtype.str!r}, 'fortran_order': False, 'shape': {shape or array.shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + array.tobytes()


def parsed_npy(content):
    """The array that an NPY file of version 1.0 in C order holds; None where it is none of numbers and two axes."""
    try:
        (length,) = struct.unpack("<H", content[8:10])
        header = ast.literal_eval(content[10 : 10 + length].decode("latin1"))
        shape, kind = header["shape"], np.dtype(header["descr"])
        values = content[10 + length :]
        if content[:8] != b"\x93NUMPY\1\0" or header["fortran_order"] is not False or set(header) != HEADER:
            return None
        if (
            len(shape) != 2
            or min(shape) < 1
            or kind.kind not in "biuf"
            or len(values) != math.prod(shape) * kind.itemsize
        ):
            return None
        return np.frombuffer(values, kind).reshape(shape)
    except Exception:  # whatever cannot be parsed is to be refused
        return None


HEADER = {"descr", "fortran_order", "shape"}


@n_inputs
def test_every_npy_file_is_read_right_or_refused(tmp_path, n_inputs):
    path = tmp_path / "table.npy"
    sizes = st.one_of(st.integers(-3, 6), st.integers(0, 2**62))
    shapes = st.one_of(st.none(), st.lists(sizes, max_size=4).map(tuple))

    def check(array, shape, harm):
        content = harmed(npy_bytes(array, shape), harm)
        path.write_bytes(content)
        found, expected = outcome(read_npy, path), parsed_npy(content)
        # Damage may leave a header that Python reads in more than one way; what is read is what it says.
        if expected is not None:
            assert found is None or columns(found) == expected.T.tolist() or np.isnan(expected.astype(float)).any()
        if not harm:
            assert (found is None) == (expected is None)

    examine(n_inputs, (matrices, shapes, harms), check)


@n_inputs
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_npz_file_is_read_right_or_refused(tmp_path, n_inputs, save):
    path = tmp_path / "table.npz"

    def check(array, harm):
        buffer = io.BytesIO()
        save(buffer, x=array, y=np.arange(len(array)))
        content = harmed(buffer.getvalue(), harm)
        path.write_bytes(content)
        found = outcome(read_npz, path)
        if not harm:
            assert found is not None
        if found is not None:
            # A checksum stands for every array.
            assert columns(found["all"]) == array.T.tolist()
            assert found["all"].labels is None or found["all"].labels.tolist() == list(range(len(array)))

    examine(n_inputs, (matrices, harms), check)


cells = st.one_of(
    st.integers(-(10**6), 10**6).map(str), st.floats(width=32).map(repr), st.text(max_size=5), st.just("")
)


@n_inputs
def test_every_csv_file_is_read_right_or_refused(tmp_path, n_inputs):
    path = tmp_path / "table.csv"

    def check(lines, harm):
        content = harmed("\n".join(",".join(line) for line in lines).encode(), harm)
        path.write_bytes(content)
        table = outcome(read_csv, path)
        if table is not None:
            assert len({len(column) for column in columns(table)} | {len(table)}) == 1
        found = outcome(lambda path: load_table(path, "train"), path)
        assert found is None or np.isfinite(found.images).all()

    examine(n_inputs, (st.lists(st.lists(cells, min_size=1, max_size=4), max_size=20), harms), check)


@n_inputs
def test_every_csv_file_of_numbers_is_read_as_python_reads_it(tmp_path, n_inputs):
    path = tmp_path / "table.csv"

    def check(rows):
        path.write_text("a,b\n" + "".join(f"{first},{second!r}\n" for first, second in rows))
        found = columns(read_csv(path))
        assert found == [list(column) for column in zip(*rows, strict=True)]

    pairs = st.tuples(st.integers(-(2**62), 2**62), st.floats(allow_nan=False, allow_infinity=False))
    examine(n_inputs, (st.lists(pairs, min_size=1, max_size=20),), check)


@n_inputs
@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_every_parquet_file_is_read_or_refused(tmp_path, n_inputs, compression):
    path = tmp_path / "table.parquet"
    buffer = pa.BufferOutputStream()
    values = np.random.default_rng(0).normal(size=200)
    sound = pa.table({"a": values, "b": np.arange(200) % 7, "tree": ["ash", "elm"] * 100})
    parquet.write_table(sound, buffer, compression=compression, write_page_checksum=False)
    content = buffer.getvalue().to_pybytes()

    def check(harm):
        path.write_bytes(harmed(content, harm))
        table = outcome(read_parquet, path)
        if table is None:
            assert harm
        if not harm:
            assert columns(table) == [values.tolist(), (np.arange(200) % 7).tolist(), ["ash", "elm"] * 100]
        found = outcome(lambda path: load_table(path, "train"), path)
        assert found is None or np.isfinite(found.images).all()

    examine(n_inputs, (harms,), check)


class Surprise:
    """What runs code where it is unpickled."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was loaded",)


def test_pickles_and_objects_are_refused_without_being_loaded(tmp_path):
    surprise = np.array([[Surprise()]], object)
    np.save(tmp_path / "objects.npy", surprise)
    np.savez(tmp_path / "objects.npz", x=surprise, y=surprise)
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps(Surprise()))
    with zipfile.ZipFile(tmp_path / "pickle.npz", "w") as archive:
        archive.writestr("x.npy", pickle.dumps(Surprise()))
    for name, read in (("objects.npy", read_npy), ("objects.npz", read_npz)):
        with pytest.raises(InputError, match=f"{name}.*an array of objects, whose pickle may hold code"):
            read(tmp_path / name)
    for name, read in (("pickle.npy", read_npy), ("pickle.npz", read_npz)):
        with pytest.raises(InputError, match=f"{name}: cannot be read as a NumPy file: the magic string"):
            read(tmp_path / name)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": [[1]]}, "holds a: expected arrays x and y, or x_train, y_train, x_test and y_test"),
        ({"x_train": [[1]]}, "holds x_train: expected arrays x and y"),
        ({"x": [1, 2]}, "x: int64 of shape .2,.: expected numbers .rows, columns., two dimensions"),
        ({"x": [[1j]]}, "x.npy: an array of complex128: expected numbers"),
        ({"x": [["a"]]}, "x: <U1 of shape .1, 1.: expected numbers"),
        ({"x": [[1]], "y": [1, 2]}, "y of shape .2,. for 1 rows: expected one label for each row"),
        ({"x": np.zeros((0, 3))}, "an array of shape .0, 3.: expected rows and columns"),
        ({"x": np.zeros((1, 100_001), np.uint8)}, "100,001 columns: expected at most 100,000"),
    ],
)
def test_arrays_that_are_no_table_are_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "table.npz", **arrays)
    with pytest.raises(InputError, match=message):
        read_npz(tmp_path / "table.npz")


def test_what_unpacks_to_far_more_than_it_is_is_refused(tmp_path):
    archive = zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("x.npy", "w", force_zip64=True) as member:
        member.write(npy_bytes(np.zeros(0), (2**24, 1)))
        for _ in range(2**7):
            member.write(bytes(2**20))
    table = pa.table(
        {"a": pa.DictionaryArray.from_arrays(np.zeros(2**24, np.int8), [0.0]), "b": np.zeros(2**24, np.int8)}
    )
    parquet.write_table(table, tmp_path / "bomb.parquet")
    del table
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, read in (("bomb.npz", read_npz), ("bomb.parquet", read_parquet)):
        with pytest.raises(InputError, match=rf"{name}: its [\d,]+ bytes promise [\d,]+ unpacked, more than 100 times"):
            read(tmp_path / name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1024 * 10


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY"])
def test_texts_that_unpack_to_far_more_than_the_file_promises_are_refused(tmp_path, encoding):
    # Each text is the one before and some more: a delta of a few bytes, or well compressed.
    texts = pa.array(["x" * 20_000 + str(index) for index in range(20_000)])
    path = tmp_path / "bomb.parquet"
    settings = {"use_dictionary": False, "column_encoding": {"y": encoding}, "compression": "zstd"}
    parquet.write_table(pa.table({"a": np.arange(20_000.0), "y": texts}), path, **settings)
    assert path.stat().st_size < 2**20
    # In a process of its own, in which this one's memory is not left.
    code = "import sys\naae.data.tables.parquet_file.read_parquet(sys.argv[1])"
    ended = subprocess.run([sys.executable, "-c", MEASURED + code, path], capture_output=True, text=True, timeout=120)
    assert "bomb.parquet: cannot be read as Parquet" in ended.stderr
    assert int(ended.stdout) < 200 * 1024


def test_a_long_text_in_every_row_is_held_once(tmp_path):
    indices = np.arange(100_000) % 2
    texts = pa.DictionaryArray.from_arrays(indices, ["x" * 20_000, "y" * 20_000])
    path = tmp_path / "long.parquet"
    parquet.write_table(pa.table({"a": indices * 1.0, "y": texts}), path, store_schema=False)
    column = read_parquet(path).columns[1]
    assert [len(each.as_py()) for each in column[:2]] == [20_000] * 2
    assert column.nbytes < 2**20


def test_the_limit_of_memory_ends_with_its_block():
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(MemoryError), limited_memory(2**20):
        np.ones(2**24)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_an_array_that_promises_more_than_its_file_holds_is_refused(tmp_path):
    for shape in ((2**40, 4), (3, 1)):
        (tmp_path / "t.npy").write_bytes(npy_bytes(np.zeros((2, 1)), shape))
        with pytest.raises(
            InputError, match=r"its header promises [0-9,]+ bytes, the file holds 16; get the file again"
        ):
            read_npy(tmp_path / "t.npy")


def test_nested_columns_and_encrypted_files_are_refused(tmp_path):
    parquet.write_table(pa.table({"a": [[1, 2], [3]], "y": [0, 1]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match=r"column 'a' holds list.*: expected numbers"):
        read_parquet(tmp_path / "t.parquet")
    with zipfile.ZipFile(tmp_path / "t.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.npy", npy_bytes(np.zeros((2, 2))))
    with pytest.raises(InputError, match="not packed as NumPy packs"):
        read_npz(tmp_path / "t.npz")


def test_an_index_of_pandas_is_no_column(tmp_path):
    parquet.write_table(pa.table({"a.b": [1.0, 2], "y": [0, 1], "__index_level_0__": [7, 8]}), tmp_path / "t.parquet")
    assert read_parquet(tmp_path / "t.parquet").names == ("a.b", "y")
