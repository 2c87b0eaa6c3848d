"""Arrow data of every type that pyarrow can write: by name, as batches, as IPC files and streams.

    arrow_files.py write DIR    writes DIR/NAME.arrow (IPC file) and DIR/NAME_stream.arrows (IPC stream) for every case
    arrow_files.py golden DIR   writes DIR/NAME.arrows for every case, and the same compressed, in the metadata version before the
                                current one, and with delta dictionaries: DIR/lz4/NAME.arrows and so on
    arrow_files.py names        prints the cases' names

The names are those of the Arrow project's integration files. Intervals of months and of days are missing: pyarrow has
no arrays of them, so the tests write that file in Java. Each case has several batches, nulls, and at least one
batch that is a slice of a longer one, where the type allows it.
"""

import datetime
import decimal
import pathlib
import sys

import numpy as np
import pyarrow as pa

ROWS = 37
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def nulls(values, every=5, at=2):
    """The values with every n-th one replaced by None."""
    return [None if i % every == at else v for i, v in enumerate(values)]


def batches_of(fields, columns, metadata=None):
    """Three batches: the whole, a slice from the middle, and an empty one."""
    schema = pa.schema(fields, metadata=metadata)
    whole = pa.record_batch(columns, schema=schema)
    return schema, [whole, whole.slice(3, 11), whole.slice(5, 0), whole.slice(30)]


def one_type_each(types_and_values, metadata=None):
    fields, columns = [], []
    for name, kind, values in types_and_values:
        fields.append(pa.field(name, kind))
        columns.append(pa.array(nulls(values), type=kind))
    return batches_of(fields, columns, metadata)


def ints(bits, signed):
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    return [low, high] + [(i * 7919) % 100 for i in range(ROWS - 2)]


@case
def primitive():
    kinds = [(f"int{b}", getattr(pa, f"int{b}")(), ints(b, True)) for b in (8, 16, 32, 64)]
    kinds += [(f"uint{b}", getattr(pa, f"uint{b}")(), ints(b, False)) for b in (8, 16, 32, 64)]
    kinds.append(("bool", pa.bool_(), [i % 3 == 0 for i in range(ROWS)]))
    floats = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 5e-324] + [i / 7 for i in range(ROWS - 6)]
    kinds.append(("float16", pa.float16(), [np.float16(v) for v in floats]))
    kinds.append(("float32", pa.float32(), floats))
    kinds.append(("float64", pa.float64(), floats))
    kinds.append(("fixed_size_binary", pa.binary(5), [f"{i:05}".encode() for i in range(ROWS)]))
    kinds.append(("utf8", pa.utf8(), [f"bär {i} \U0001f985" for i in range(ROWS)]))
    schema, batches = one_type_each(kinds)
    required = schema.append(pa.field("required", pa.int64(), nullable=False))
    return required, [
        pa.record_batch([*b.columns, pa.array(range(b.num_rows), pa.int64())], schema=required) for b in batches
    ]


@case
def primitive_no_batches():
    return primitive()[0], []


@case
def primitive_zerolength():
    schema, batches = primitive()
    return schema, [batches[0].slice(0, 0)] * 3


@case
def empty_schema():
    schema = pa.schema([])
    return schema, []


@case
def binary():
    return one_type_each([
        ("binary", pa.binary(), [bytes([i]) * (i % 9) for i in range(ROWS)]),
        ("utf8", pa.utf8(), ["é" * (i % 7) for i in range(ROWS)]),
        ("fixed16", pa.binary(16), [bytes(range(i, i + 16)) for i in range(ROWS)]),
    ])


@case
def large_binary():
    return one_type_each([
        ("large_binary", pa.large_binary(), [bytes([i]) * (i % 9) for i in range(ROWS)]),
        ("large_utf8", pa.large_utf8(), ["é" * (i % 7) for i in range(ROWS)]),
    ])


@case
def null():
    fields = [pa.field("n", pa.null()), pa.field("i", pa.int32()), pa.field("m", pa.null())]
    return batches_of(fields, [pa.nulls(ROWS), pa.array(nulls(range(ROWS)), pa.int32()), pa.nulls(ROWS)])


@case
def null_trivial():
    return batches_of([pa.field("n", pa.null())], [pa.nulls(ROWS)])


def decimals(digits, scale):
    decimal.getcontext().prec = 80
    top = decimal.Decimal(10**digits - 1).scaleb(-scale)
    return [top, -top] + [decimal.Decimal(i * 31 - 500).scaleb(-scale) for i in range(ROWS - 2)]


@case
def decimal32():
    return one_type_each([(f"d{p}_{s}", pa.decimal32(p, s), decimals(p, s)) for p, s in ((3, 2), (9, 2), (9, 9))])


@case
def decimal64():
    return one_type_each([(f"d{p}_{s}", pa.decimal64(p, s), decimals(p, s)) for p, s in ((10, 2), (18, 2), (18, 18))])


@case
def decimal128():
    sizes = ((3, 2), (9, 2), (19, 10), (38, 0), (38, 38))
    return one_type_each([(f"d{p}_{s}", pa.decimal128(p, s), decimals(p, s)) for p, s in sizes])


@case
def decimal256():
    sizes = ((3, 2), (39, 5), (60, 0), (76, 10))
    return one_type_each([(f"d{p}_{s}", pa.decimal256(p, s), decimals(p, s)) for p, s in sizes])


@case
def datetime_():
    seconds = [0, -1, 253402214400, -62135596800] + [i * 86_399 for i in range(ROWS - 4)]
    kinds = [("date32", pa.date32(), [s // 86_400 for s in seconds]),
             ("date64", pa.date64(), [s // 86_400 * 86_400_000 for s in seconds])]
    for unit, ticks in (("s", 1), ("ms", 1000), ("us", 10**6), ("ns", 10**9)):
        small = seconds if unit != "ns" else [s % 10**9 for s in seconds]
        kinds.append((f"timestamp_{unit}", pa.timestamp(unit), [s * ticks + 1 for s in small]))
        for zone in ("UTC", "Europe/Vienna", "+05:30"):
            kinds.append((f"timestamp_{unit}_{zone}", pa.timestamp(unit, zone), [s * ticks for s in small]))
    for unit, ticks in (("s", 1), ("ms", 1000)):
        kinds.append((f"time32_{unit}", pa.time32(unit), [s % 86_400 * ticks for s in seconds]))
    for unit, ticks in (("us", 10**6), ("ns", 10**9)):
        kinds.append((f"time64_{unit}", pa.time64(unit), [s % 86_400 * ticks for s in seconds]))
    return one_type_each(kinds)


CASES["datetime"] = CASES.pop("datetime_")


@case
def duration():
    values = [0, -1, 2**62] + [i * 1_234_567 for i in range(ROWS - 3)]
    return one_type_each([(unit, pa.duration(unit), values) for unit in ("s", "ms", "us", "ns")])


@case
def interval_mdn():
    values = [pa.MonthDayNano([i - 9, i * 31, (-1) ** i * i * 10**9]) for i in range(ROWS)]
    return one_type_each([("month_day_nano", pa.month_day_nano_interval(), values)])


@case
def map_():
    pairs = [[(f"k{j}", None if j == 1 else i * j) for j in range(i % 4)] for i in range(ROWS)]
    sorted_pairs = [[(j, f"v{j}") for j in range(i % 3)] for i in range(ROWS)]
    return one_type_each([
        ("map", pa.map_(pa.utf8(), pa.int32()), pairs),
        ("sorted", pa.map_(pa.int32(), pa.utf8(), keys_sorted=True), sorted_pairs),
    ])


CASES["map"] = CASES.pop("map_")


@case
def map_non_canonical():
    kind = pa.map_(pa.field("some_key", pa.utf8(), nullable=False), pa.field("some_value", pa.int32()))
    return one_type_each([("map", kind, [[(f"k{j}", j) for j in range(i % 4)] for i in range(ROWS)])])


@case
def nested():
    struct = pa.struct([("a", pa.int32()), ("b", pa.utf8()), ("c", pa.list_(pa.float64()))])
    rows = [{"a": i, "b": None if i % 4 == 1 else f"s{i}", "c": [None, i / 3] * (i % 3)} for i in range(ROWS)]
    return one_type_each([
        ("list", pa.list_(pa.int32()), [list(range(i % 5)) for i in range(ROWS)]),
        ("list_with_nulls", pa.list_(pa.utf8()), [["x", None, "z"][: i % 4] for i in range(ROWS)]),
        ("fixed_size_list", pa.list_(pa.int16(), 3), [[i, None, i + 2] for i in range(ROWS)]),
        ("struct", struct, rows),
    ])


@case
def recursive_nested():
    inner = pa.struct([("x", pa.int64()), ("tags", pa.list_(pa.struct([("k", pa.utf8()), ("v", pa.list_(pa.int8()))])))])
    kind = pa.list_(pa.list_(inner))
    value = [[[{"x": i, "tags": [{"k": "t", "v": [1, None]}, None]}, None] * (i % 2), []] * (i % 3) for i in range(ROWS)]
    return one_type_each([("deep", kind, value), ("lists", pa.list_(pa.list_(pa.list_(pa.bool_()))),
                                                   [[[[True, None], None], []]] * ROWS)])


@case
def nested_large_offsets():
    return one_type_each([
        ("large_list", pa.large_list(pa.int32()), [list(range(i % 5)) for i in range(ROWS)]),
        ("large_list_of_large_utf8", pa.large_list(pa.large_utf8()), [["x", None] * (i % 3) for i in range(ROWS)]),
        ("list_of_large_list", pa.list_(pa.large_list(pa.int8())), [[[1], None, []]] * ROWS),
    ])


def unions_of(mode):
    types = pa.array([(i % 3) if mode == "sparse" else i % 3 for i in range(ROWS)], pa.int8())
    if mode == "sparse":
        children = [pa.array(nulls(range(ROWS)), pa.int32()), pa.array([f"s{i}" for i in range(ROWS)]),
                    pa.array([i / 2 for i in range(ROWS)])]
        return pa.UnionArray.from_sparse(types, children, ["i", "s", "f"])
    offsets = pa.array([i // 3 for i in range(ROWS)], pa.int32())
    size = ROWS // 3 + 1
    children = [pa.array(nulls(range(size)), pa.int32()), pa.array([f"s{i}" for i in range(size)]),
                pa.array([i / 2 for i in range(size)])]
    return pa.UnionArray.from_dense(types, offsets, children, ["i", "s", "f"])


@case
def unions():
    """Whole batches only: what a sliced union's offsets mean differs between readers; see unions_sliced."""
    sparse, dense = unions_of("sparse"), unions_of("dense")
    schema = pa.schema([pa.field("sparse", sparse.type), pa.field("dense", dense.type)])
    whole = pa.record_batch([sparse, dense], schema=schema)
    return schema, [whole, whole]


@case
def unions_sliced():
    sparse, dense = unions_of("sparse"), unions_of("dense")
    return batches_of([pa.field("sparse", sparse.type), pa.field("dense", dense.type)], [sparse, dense])


@case
def custom_metadata():
    fields = [
        pa.field("a", pa.int32(), metadata={"unit": "metre", "note": "grüß"}),
        pa.field("nested", pa.list_(pa.field("item", pa.int8(), metadata={"deep": "yes"})), metadata={"k": ""}),
        pa.field("required", pa.utf8(), nullable=False, metadata={"q": "1"}),
    ]
    columns = [pa.array(nulls(range(ROWS)), pa.int32()), pa.array(nulls([[1, None]] * ROWS), fields[1].type),
               pa.array([str(i) for i in range(ROWS)])]
    return batches_of(fields, columns, metadata={"schema": "level", "owner": "grüß \U0001f985"})


@case
def duplicate_fieldnames():
    fields = [pa.field("same", pa.int32()), pa.field("same", pa.utf8()), pa.field("same", pa.struct([("x", pa.int8())]))]
    columns = [pa.array(nulls(range(ROWS)), pa.int32()), pa.array(nulls([f"s{i}" for i in range(ROWS)])),
               pa.array(nulls([{"x": i} for i in range(ROWS)]), fields[2].type)]
    return batches_of(fields, columns)


def dictionary_column(index, values, ordered=False, null_in_values=False):
    words = pa.array([None if null_in_values and i == 1 else v for i, v in enumerate(values)])
    indices = pa.array(nulls([i % len(values) for i in range(ROWS)]), index)
    return pa.DictionaryArray.from_arrays(indices, words, ordered=ordered)


@case
def dictionary():
    words = ["alpha", "beta", "gamma", "a rather long word"]
    columns = [dictionary_column(t, words, ordered=i % 2 == 1)
               for i, t in enumerate((pa.int8(), pa.int16(), pa.int32(), pa.int64()))]
    columns.append(dictionary_column(pa.int8(), [1.5, 2.5, -0.5]))
    columns.append(dictionary_column(pa.int16(), [10**12, 7]))
    return batches_of([pa.field(f"d{i}", c.type) for i, c in enumerate(columns)], columns)


@case
def dictionary_null_values():
    column = dictionary_column(pa.int32(), ["a", "b", "c"], null_in_values=True)
    return batches_of([pa.field("d", column.type)], [column])


@case
def dictionary_unsigned():
    columns = [dictionary_column(t, ["x", "y", "z"]) for t in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())]
    return batches_of([pa.field(f"d{i}", c.type) for i, c in enumerate(columns)], columns)


@case
def dictionary_uint8_high():
    """More than 127 values behind a uint8 index: indices with the top bit set."""
    words = pa.array([f"w{i}" for i in range(250)])
    indices = pa.array(nulls([249 - 5 * i for i in range(ROWS)]), pa.uint8())
    column = pa.DictionaryArray.from_arrays(indices, words)
    return batches_of([pa.field("d", column.type)], [column])


@case
def nested_dictionary():
    inner = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 2, None, 1], pa.int8()), ["red", "green", "blue"])
    lists = pa.ListArray.from_arrays(pa.array([0, 2, 2, 5, 6], pa.int32()), inner)
    outer = pa.DictionaryArray.from_arrays(pa.array(nulls([i % 4 for i in range(ROWS)]), pa.int16()), lists)
    in_struct = pa.StructArray.from_arrays([dictionary_column(pa.int8(), ["p", "q"])], ["color"])
    in_list = pa.ListArray.from_arrays(pa.array([0] + [i // 2 for i in range(1, ROWS + 1)], pa.int32()),
                                       dictionary_column(pa.int32(), ["l", "m", "n"]))
    columns = [outer, in_struct, in_list]
    return batches_of([pa.field(f"n{i}", c.type) for i, c in enumerate(columns)], columns)


def growing_dictionaries():
    words = [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "dd", "ee"], ["a", "b", "c", "dd", "ee"]]
    return [pa.DictionaryArray.from_arrays(pa.array([0, None, len(w) - 1, 1] * 5, pa.int32()), pa.array(w)) for w in words]


def replaced_dictionaries():
    words = [["a", "b"], ["x", "y", "z"], ["only one"], ["b", "a"]]
    return [pa.DictionaryArray.from_arrays(pa.array([0, None, len(w) - 1] * 5, pa.int32()), pa.array(w)) for w in words]


def of_dictionaries(columns):
    schema = pa.schema([pa.field("d", columns[0].type), pa.field("i", pa.int32())])
    return schema, [pa.record_batch([c, pa.array(range(len(c)), pa.int32())], schema=schema) for c in columns]


@case
def dictionary_growing():
    return of_dictionaries(growing_dictionaries())


@case
def dictionary_replaced():
    return of_dictionaries(replaced_dictionaries())


@case
def run_end_encoded():
    columns = []
    for ends in (pa.int16(), pa.int32(), pa.int64()):
        columns.append(pa.RunEndEncodedArray.from_arrays(pa.array([3, 10, 11, ROWS], ends),
                                                         pa.array(["run", None, "of", "words"])))
    columns.append(pa.RunEndEncodedArray.from_arrays(pa.array([30, ROWS], pa.int32()), pa.array([1.5, -2.5])))
    return batches_of([pa.field(f"r{i}", c.type) for i, c in enumerate(columns)], columns)


@case
def binary_view():
    short_and_long = [("é" if i % 2 else "a string that does not fit into the view ") * (i % 4) for i in range(ROWS)]
    return one_type_each([
        ("string_view", pa.string_view(), short_and_long),
        ("binary_view", pa.binary_view(), [s.encode() for s in short_and_long]),
        ("short_only", pa.string_view(), [f"{i}" for i in range(ROWS)]),
    ])


@case
def list_view():
    return one_type_each([
        ("list_view", pa.list_view(pa.int32()), [list(range(i % 5)) for i in range(ROWS)]),
        ("list_view_of_utf8", pa.list_view(pa.utf8()), [["x", None, "z"][: i % 4] for i in range(ROWS)]),
    ])


@case
def large_list_view():
    return one_type_each([("large_list_view", pa.large_list_view(pa.int32()), [list(range(i % 5)) for i in range(ROWS)])])


class Celsius(pa.ExtensionType):
    def __init__(self, scale):
        self.scale = scale
        super().__init__(pa.float64(), "peregrine.celsius")

    def __arrow_ext_serialize__(self):
        return str(self.scale).encode()

    @classmethod
    def __arrow_ext_deserialize__(cls, storage_type, serialized):
        return cls(int(serialized))


pa.register_extension_type(Celsius(0))


@case
def extension():
    celsius, uuid = Celsius(3), pa.uuid()
    tensor = pa.fixed_shape_tensor(pa.int32(), (2, 2))
    temperatures = pa.array(nulls([i / 2 for i in range(ROWS)]))
    ids = pa.array(nulls([bytes([i]) * 16 for i in range(ROWS)]), pa.binary(16))
    squares = pa.array(nulls([[i, 1, 2, 3] for i in range(ROWS)]), pa.list_(pa.int32(), 4))
    columns = [pa.ExtensionArray.from_storage(celsius, temperatures), pa.ExtensionArray.from_storage(uuid, ids),
               pa.ExtensionArray.from_storage(tensor, squares),
               pa.ExtensionArray.from_storage(pa.json_(), pa.array(nulls(['{"a":1}'] * ROWS)))]
    return batches_of([pa.field(f"e{i}", c.type) for i, c in enumerate(columns)], columns)


@case
def wide():
    """More columns than a small message has room for: the IPC header alone is beyond 64 KiB."""
    columns = [pa.array(nulls([i * j for i in range(ROWS)]), pa.int32()) for j in range(600)]
    return batches_of([pa.field(f"column {j}", pa.int32()) for j in range(600)], columns)


def table(name):
    schema, batches = CASES[name]()
    return pa.Table.from_batches(batches, schema=schema)


def write(folder):
    for name in CASES:
        schema, batches = CASES[name]()
        with pa.ipc.new_stream(str(folder / f"{name}_stream.arrows"), schema) as out:
            for batch in batches:
                out.write_batch(batch)
        if name == "dictionary_replaced":
            continue  # an IPC file holds one dictionary for a field; replacing it is for streams only
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=name == "dictionary_growing")
        with pa.ipc.new_file(str(folder / f"{name}.arrow"), schema, options=options) as out:
            for batch in batches:
                out.write_batch(batch)


GOLDEN = {
    ".": pa.ipc.IpcWriteOptions(),
    "lz4": pa.ipc.IpcWriteOptions(compression="lz4"),
    "zstd": pa.ipc.IpcWriteOptions(compression="zstd"),
    "v4": pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4),
    "deltas": pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True),
}


def write_golden(folder):
    for variant, options in GOLDEN.items():
        (folder / variant).mkdir(exist_ok=True)
        for name in CASES:
            if variant == "v4" and ("union" in name or "run_end" in name) or variant == "deltas" and "dictionary" not in name:
                continue  # their buffers lay differently in V4; without dictionaries there are no deltas
            schema, batches = CASES[name]()
            with pa.ipc.new_stream(str(folder / variant / f"{name}.arrows"), schema, options=options) as out:
                for batch in batches:
                    out.write_batch(batch)


def bits(array):
    """Floats as integers, so that NaN equals NaN and -0.0 is not 0.0."""
    if not pa.types.is_floating(array.type):
        return array
    width = {16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}[array.type.bit_width]
    return pa.chunked_array([c.view(width) for c in array.chunks], width)


def has_own_equality(kind):
    """Whether ChunkedArray.equals compares the values: for dictionaries it compares how they are encoded."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind) or pa.types.is_union(kind):
        return False
    return all(has_own_equality(kind.field(i).type) for i in range(kind.num_fields))


def assert_same(actual, expected, what):
    """Both tables: same schema with metadata, same batches, same values. Raises AssertionError that says where."""
    actual.validate(full=True)
    assert actual.schema.equals(expected.schema, check_metadata=True), \
        f"{what}: the schema is\n{actual.schema}\nand should be\n{expected.schema}"
    assert actual.num_rows == expected.num_rows, f"{what}: {actual.num_rows} rows, {expected.num_rows} expected"
    for i, field in enumerate(expected.schema):
        got, want = actual.column(i), expected.column(i)
        assert got.null_count == want.null_count, f"{what}: column {i} {field} has {got.null_count} nulls"
        if has_own_equality(field.type):
            got, want = bits(got), bits(want)
            assert got.equals(want), f"{what}: column {i} {field} is\n{got}\nand should be\n{want}"
        else:
            assert got.to_pylist() == want.to_pylist(), f"{what}: column {i} {field} differs"


def read_batches(path):
    """The schema and all batches, also those without rows, which a table forgets."""
    if str(path).endswith(".arrows"):
        with pa.ipc.open_stream(str(path)) as reader:
            return reader.schema, list(reader)
    with pa.ipc.open_file(str(path)) as reader:
        return reader.schema, [reader.get_batch(i) for i in range(reader.num_record_batches)]


def read_file(path):
    schema, batches = read_batches(path)
    return pa.Table.from_batches(batches, schema=schema)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    elif sys.argv[1] == "golden":
        write_golden(pathlib.Path(sys.argv[2]))
    elif sys.argv[1] == "names":
        print("\n".join(CASES))
    else:
        sys.exit(f"{sys.argv[1]}: no such command; there are write, golden and names")
