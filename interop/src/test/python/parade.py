"""What the test services of all peers have in common: the flights, and the words of the protocol between the tests.

A Java test service (ParadeService) and the pyarrow one (server.py) do the same things under the same names, so that each
check can be run against either.
"""

import pyarrow as pa

ROWS_A_BATCH = 4
BATCHES = 3
INTS = pa.schema([pa.field("i", pa.int64(), nullable=False), pa.field("s", pa.utf8())], metadata={"made by": "parade"})


def ints_batch(n):
    first = n * ROWS_A_BATCH
    rows = range(first, first + ROWS_A_BATCH)
    words = [None if i % 3 == 2 else f"row {i}" for i in rows]
    return pa.record_batch([pa.array(rows, pa.int64()), pa.array(words)], schema=INTS)


def ints_batches():
    return [ints_batch(n) for n in range(BATCHES)]


def ints_table():
    return pa.Table.from_batches(ints_batches(), schema=INTS)


BIG = pa.schema([pa.field("i", pa.int64(), nullable=False)])


def big_batch(rows, n):
    """Column i counts on from batch to batch."""
    import numpy as np

    return pa.record_batch([pa.array(np.arange(n * rows, (n + 1) * rows, dtype=np.int64))], schema=BIG)


def words_batches():
    """A dictionary column; the same dictionary in each batch."""
    words = pa.array(["alpha", "beta", "gamma"])
    batches = []
    for n in range(BATCHES):
        indices = pa.array([n, None, 2, 0], pa.int32())
        batches.append(pa.record_batch([pa.DictionaryArray.from_arrays(indices, words)], names=["word"]))
    return batches


ACTIONS = [("echo", "Sends the body back."), ("many", "As many results as the body says, beginning at 0."),
           ("silent", ""), ("ünïcode", "Größe \U0001f985")]

EXPIRES = "2031-02-03T04:05:06.789012"  # UTC
