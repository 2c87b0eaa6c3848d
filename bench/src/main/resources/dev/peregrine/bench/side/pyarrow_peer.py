"""Server and client of the convention with pyarrow: pyarrow_peer.py server|client ...; see bench/README.md."""
import argparse
import collections
import json
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.flight as flight

SCHEMA = pa.schema([pa.field(name, pa.int64(), nullable=False) for name in "abcd"])


def batch(rows):
    return pa.record_batch([pa.array(range(0, rows * k, k), pa.int64()) for k in (1, 2, 3, 4)], schema=SCHEMA)


MIXED = pa.schema([
    pa.field("id", pa.int64(), nullable=False), pa.field("sensor", pa.utf8(), nullable=False),
    pa.field("at", pa.timestamp("us", "UTC"), nullable=False), pa.field("value", pa.float64(), nullable=False),
    pa.field("count", pa.int32(), nullable=False), pa.field("ok", pa.bool_(), nullable=False),
    pa.field("code", pa.int16(), nullable=False), pa.field("note", pa.utf8()),
    pa.field("ratio", pa.float32()), pa.field("day", pa.date32(), nullable=False)])
INGEST_ROWS = 100


def text(row, column):
    return "row " + "abcdefghijklmnopqrst"[:row * column % 20] + str(row % 10000)


def measurements(rows):
    """The same values as those of the Java peers."""
    i = range(rows)
    columns = [list(i), [text(r, 2) for r in i], [1_700_000_000_000_000 + r * 1000 for r in i], [r / 8 for r in i],
               [r * 3 for r in i], [r % 3 == 0 for r in i], [(r + 2**15) % 2**16 - 2**15 for r in i],
               [None if r % 7 == 3 else text(r, 8) for r in i], [None if r % 7 == 5 else r / 4 for r in i],
               [19_000 + r for r in i]]
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, MIXED)], schema=MIXED)


COLUMNS = {"ints": batch, "mixed": measurements}


def value_bytes(data):
    """Of all buffers but validity, as the Java peers count them; the columns have no children."""
    return sum(buffer.size for column in data.columns for buffer in column.buffers()[1:])


def written(compression):
    return pa.ipc.IpcWriteOptions(compression=None if compression == "none" else compression)


class Server(flight.FlightServerBase):
    """What DoGet sends stays in C++: a table whose chunks are one batch."""

    def __init__(self, location, verify, **tls):
        super().__init__(location, **tls)
        self.tables = {}
        self.verify = verify

    def do_get(self, context, ticket):
        rows, batches, *more = ticket.ticket.decode().split(",")
        columns, compression = (*more, *("ints", "none")[len(more):])
        key = rows, batches, columns
        if key not in self.tables:
            if len(self.tables) > 2:
                self.tables.clear()
            data = COLUMNS[columns](int(rows))
            self.tables[key] = pa.Table.from_batches([data] * int(batches), data.schema)
        return flight.RecordBatchStream(self.tables[key], options=written(compression))

    def do_put(self, context, descriptor, reader, writer):
        name, columns = (*descriptor.path, b"ints")[:2]
        each = name == b"ingest"
        expected = None
        rows = 0
        for chunk in reader:
            rows += chunk.data.num_rows
            if each:
                writer.write(str(rows).encode())
            if self.verify:
                expected = expected or COLUMNS[columns.decode()](chunk.data.num_rows)
                same(chunk.data, expected)
        if not each:
            writer.write(str(rows).encode())

    def do_exchange(self, context, descriptor, reader, writer):
        writer.begin(SCHEMA)
        for chunk in reader:
            writer.write_batch(chunk.data)

    def do_action(self, context, action):
        return [flight.Result(action.body)]

    def get_flight_info(self, context, descriptor):
        return flight.FlightInfo(SCHEMA, descriptor, [flight.FlightEndpoint(b"4096,1", [])], -1, -1)


def same(came, expected):
    if not came.equals(expected):
        raise ValueError("a batch has other values than it was sent with")


class Cpu:
    """CPU time of this process and, where /proc tells, of the server's."""

    def __init__(self, server):
        self.server = server

    def server_seconds(self):
        with open(f"/proc/{self.server}/stat") as f:
            fields = f.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def start(self):
        self.client = time.process_time()
        self.at = self.server_seconds() if self.server and os.path.exists("/proc/self/stat") else None

    def used(self, unit, work):
        used = {f"client_cpu_{unit}": round((time.process_time() - self.client) / work, 3)}
        if self.at is not None:
            used[f"server_cpu_{unit}"] = round((self.server_seconds() - self.at) / work, 3)
        return used


class Order(collections.namedtuple("Order", "rows columns compression", defaults=("ints", "none"))):
    @property
    def more(self):
        """What a ticket says beyond rows and batches."""
        if self.compression != "none":
            return [self.columns, self.compression]
        return [] if self.columns == "ints" else [self.columns]


class Client:
    def __init__(self, options):
        self.options = options
        self.warm = options.warm
        self.made = {}
        self.cpu = Cpu(options.server_pid)
        self.clients = []
        self.client = self.connected(1)[0]

    def connected(self, connections):
        options = self.options
        tls = {}
        if options.tls_cert:
            with open(options.tls_cert, "rb") as f:
                tls["tls_root_certs"] = f.read()
        where = f"grpc+unix://{options.unix}" if options.unix else \
            f"{'grpc+tls' if tls else 'grpc'}://{options.host}:{options.port}"
        while len(self.clients) < connections:
            self.clients.append(flight.connect(where, **tls))
        return self.clients[:connections]

    def get(self, order, batches, client):
        ticket = ",".join(map(str, [order.rows, batches, *order.more]))
        seen = 0
        for chunk in client.do_get(flight.Ticket(ticket.encode())):
            seen += chunk.data.num_rows
            if self.options.verify:
                same(chunk.data, self.batch(order.rows, order.columns))
        return seen

    def put(self, order, batches, client):
        data = self.batch(order.rows, order.columns)
        path = ["put", *order.more[:1]]
        writer, acks = client.do_put(flight.FlightDescriptor.for_path(*path), data.schema,
                                     flight.FlightCallOptions(write_options=written(order.compression)))
        for _ in range(batches):
            writer.write_batch(data)
        writer.done_writing()
        counted = int(acks.read().to_pybytes())
        writer.close()
        return counted

    def batch(self, rows, columns="ints"):
        key = rows, columns
        if key not in self.made:
            self.made[key] = COLUMNS[columns](rows)
        return self.made[key]

    def streams(self, kind, order, streams, connections):
        """Moves with so many calls at once."""
        move = getattr(self, kind)
        if streams == 1:
            return lambda batches: move(order, batches, self.client)
        clients = self.connected(connections)
        pool = ThreadPoolExecutor(streams)

        def moved(batches):
            parts = [batches // streams + (i < batches % streams) for i in range(streams)]
            return sum(pool.map(lambda i: move(order, parts[i], clients[i % connections]), range(streams)))

        return moved

    def ping(self):
        for result in self.client.do_action(flight.Action("ping", b"0123456789abcdef")):
            if self.options.verify and result.body.to_pybytes() != b"0123456789abcdef":
                raise ValueError("ping came back with other bytes")

    def info(self):
        self.client.get_flight_info(flight.FlightDescriptor.for_path("info"))

    def throughput(self, name, order, move):
        rows = order.rows
        each = value_bytes(self.batch(rows, order.columns))

        def moved(batches):
            start = time.perf_counter()
            seen = move(batches)
            if seen != rows * batches:
                raise ValueError(f"{seen} rows were moved, not {rows * batches}")
            return time.perf_counter() - start

        batches = 20000 if rows < 1000 else max(1, (64 << 20) // each)
        start = time.perf_counter()
        while True:
            rate = batches / moved(batches)
            if time.perf_counter() - start >= self.warm:
                break
        repetitions = self.options.reps
        batches = max(1, int(rate * self.options.rep_seconds))
        if name.startswith("get"):
            moved(batches)  # the server makes its table
        gib = batches * each / 2**30
        self.cpu.start()
        rates = sorted(gib / moved(batches) for _ in range(repetitions))
        return {"work": name, "gib_s": round(rates[repetitions // 2], 3), "min": round(rates[0], 3),
                "max": round(rates[-1], 3), "batches": batches, "rows": batches * rows * repetitions,
                **self.cpu.used("s_gib", gib * repetitions)}

    def latency(self, name, count, call):
        start = time.perf_counter()
        while time.perf_counter() - start < self.warm:
            call()
        repetitions = self.options.reps
        each = max(1, count // repetitions)
        p50, p99 = [], []
        self.cpu.start()
        for _ in range(repetitions):
            nanos = []
            for _ in range(each):
                t = time.perf_counter_ns()
                call()
                nanos.append(time.perf_counter_ns() - t)
            nanos.sort()
            p50.append(nanos[each // 2] / 1e3)
            p99.append(nanos[each * 99 // 100] / 1e3)
        p50.sort()
        p99.sort()
        return {"work": name, "p50_us": round(p50[repetitions // 2], 1), "p99_us": round(p99[repetitions // 2], 1),
                "min": round(p50[0], 1), "max": round(p50[-1], 1), "n": each * repetitions,
                **self.cpu.used("us", each * repetitions / 1e6)}

    def exchange(self, name):
        writer, reader = self.client.do_exchange(flight.FlightDescriptor.for_path("x"))
        writer.begin(SCHEMA)
        row = self.batch(1)

        def turn():
            writer.write_batch(row)
            chunk = reader.read_chunk()
            if self.options.verify:
                same(chunk.data, row)

        measured = self.latency(name, self.options.calls // 2, turn)
        writer.done_writing()
        for _ in reader:
            pass
        writer.close()
        return measured

    def ingest(self, name):
        batch = measurements(INGEST_ROWS)
        writer, acks = self.client.do_put(flight.FlightDescriptor.for_path("ingest", "mixed"), MIXED)
        rows = 0

        def acknowledged():
            nonlocal rows
            rows += INGEST_ROWS
            said = int(acks.read().to_pybytes())
            if said != rows:
                raise ValueError(f"the server has acknowledged {said} rows, not {rows}")

        def turn():
            writer.write_batch(batch)
            acknowledged()

        def count(seconds):
            start = time.perf_counter()
            batches = 0
            while batches == 0 or time.perf_counter() - start < seconds:
                acknowledged()
                writer.write_batch(batch)
                batches += 1
            return batches, batches * INGEST_ROWS / (time.perf_counter() - start)

        if name == "ingest":
            measured = self.latency(name, self.options.calls // 2, turn)
        else:
            for _ in range(64):
                writer.write_batch(batch)
            measured = self.rate(name, count, "rows_s")
            for _ in range(64):
                acknowledged()
        writer.done_writing()
        writer.close()
        return measured

    def tail(self, name):
        enough = threading.Event()
        failed = collections.deque()

        def bulk():
            try:
                while not enough.is_set():
                    if self.get(Order(65536), 512, self.client) != 65536 * 512:
                        raise ValueError("rows are missing")
            except Exception as e:
                failed.append(e)

        def ping():
            self.ping()
            if failed:
                raise failed[0]

        thread = threading.Thread(target=bulk)
        thread.start()
        try:
            return self.latency(name, self.options.calls // 2, ping)
        finally:
            enough.set()
            thread.join()

    def pings(self, threads, seconds):
        counts = [0] * threads
        start = time.perf_counter()

        def loop(i):
            while counts[i] == 0 or time.perf_counter() - start < seconds:
                self.ping()
                counts[i] += 1

        running = [threading.Thread(target=loop, args=(i,)) for i in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return sum(counts), sum(counts) / (time.perf_counter() - start)

    def rate(self, name, count, member):
        count(self.warm)
        self.cpu.start()
        runs = [count(self.options.rep_seconds) for _ in range(self.options.reps)]
        rates = sorted(rate for _, rate in runs)
        calls = sum(counted for counted, _ in runs)
        return {"work": name, member: round(rates[len(rates) // 2]), "min": round(rates[0]),
                "max": round(rates[-1]), "n": calls, **self.cpu.used("us", calls / 1e6)}

    def run(self, work):
        moving = re.fullmatch(r"(get|put)(?:(\d+)(?:x(\d+))?)?(?:-tls|-unix|-(lz4|zstd))?:(\d+)", work)
        if moving:
            kind, streams, connections, compression, rows = moving.groups()
            order = Order(int(rows), "mixed", compression) if compression else Order(int(rows))
            move = self.streams(kind, order, int(streams or 1), int(connections or 1))
            measured = self.throughput(work, order, move)
        elif work in ("ping", "info"):
            measured = self.latency(work, self.options.calls, getattr(self, work))
        elif work == "exchange":
            measured = self.exchange(work)
        elif work == "ping32":
            measured = self.rate(work, lambda seconds: self.pings(32, seconds), "calls_s")
        elif work in ("ingest", "ingest64"):
            measured = self.ingest(work)
        elif work == "tail":
            measured = self.tail(work)
        elif work == "info1":
            self.info()
            measured = {"work": work}
        else:
            raise ValueError(f"there is no work {work}")
        self.warm = self.options.warm / 2
        return measured


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--unix")
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--work", default="")
    parser.add_argument("--server-pid")
    parser.add_argument("--warm", type=float, default=10)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--rep-seconds", type=float, default=1.2)
    parser.add_argument("--calls", type=int, default=20000)
    options = parser.parse_args()
    if options.role == "server":
        tls = {}
        if options.tls_cert:
            with open(options.tls_cert, "rb") as cert, open(options.tls_key, "rb") as key:
                tls["tls_certificates"] = [(cert.read(), key.read())]
        where = f"grpc+unix://{options.unix}" if options.unix else \
            f"{'grpc+tls' if tls else 'grpc'}://127.0.0.1:{options.port}"
        server = Server(where, options.verify, **tls)
        print("ready port", server.port, flush=True)
        server.serve()
    else:
        client = Client(options)
        for work in options.work.split(","):
            print(json.dumps(client.run(work)), flush=True)


if __name__ == "__main__":
    main()
