"""Server and client of the convention with pyarrow: pyarrow_peer.py server|client ...; see bench/README.md."""
import argparse
import json
import os
import threading
import time

import pyarrow as pa
import pyarrow.flight as flight

SCHEMA = pa.schema([pa.field(name, pa.int64(), nullable=False) for name in "abcd"])
ROW = 32


def batch(rows):
    return pa.record_batch([pa.array(range(0, rows * k, k), pa.int64()) for k in (1, 2, 3, 4)], schema=SCHEMA)


class Server(flight.FlightServerBase):
    """What DoGet sends stays in C++: a table whose chunks are one batch."""

    def __init__(self, location):
        super().__init__(location)
        self.tables = {}

    def do_get(self, context, ticket):
        if ticket.ticket not in self.tables:
            rows, batches = map(int, ticket.ticket.split(b","))
            if len(self.tables) > 2:
                self.tables.clear()
            self.tables[ticket.ticket] = pa.Table.from_batches([batch(rows)] * batches)
        return flight.RecordBatchStream(self.tables[ticket.ticket])

    def do_put(self, context, descriptor, reader, writer):
        rows = sum(chunk.data.num_rows for chunk in reader)
        writer.write(str(rows).encode())

    def do_exchange(self, context, descriptor, reader, writer):
        writer.begin(SCHEMA)
        for chunk in reader:
            writer.write_batch(chunk.data)

    def do_action(self, context, action):
        return [flight.Result(action.body)]

    def get_flight_info(self, context, descriptor):
        return flight.FlightInfo(SCHEMA, descriptor, [flight.FlightEndpoint(b"4096,1", [])], -1, -1)


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


class Client:
    def __init__(self, options):
        self.options = options
        self.warm = options.warm
        self.made = None
        self.cpu = Cpu(options.server_pid)
        self.client = flight.connect(f"grpc://{options.host}:{options.port}")

    def get(self, rows, batches):
        seen = 0
        for chunk in self.client.do_get(flight.Ticket(f"{rows},{batches}".encode())):
            seen += chunk.data.num_rows
        return seen

    def put(self, rows, batches):
        data = self.batch(rows)
        writer, acks = self.client.do_put(flight.FlightDescriptor.for_path("put"), SCHEMA)
        for _ in range(batches):
            writer.write_batch(data)
        writer.done_writing()
        counted = int(acks.read().to_pybytes())
        writer.close()
        return counted

    def batch(self, rows):
        if self.made is None or self.made.num_rows != rows:
            self.made = batch(rows)
        return self.made

    def ping(self):
        for _ in self.client.do_action(flight.Action("ping", b"0123456789abcdef")):
            pass

    def info(self):
        self.client.get_flight_info(flight.FlightDescriptor.for_path("info"))

    def throughput(self, name, rows, move):
        def moved(batches):
            start = time.perf_counter()
            seen = move(rows, batches)
            if seen != rows * batches:
                raise ValueError(f"{seen} rows were moved, not {rows * batches}")
            return time.perf_counter() - start

        batches = 20000 if rows < 1000 else max(1, (64 << 20) // (rows * ROW))
        start = time.perf_counter()
        while True:
            rate = batches / moved(batches)
            if time.perf_counter() - start >= self.warm:
                break
        repetitions = self.options.reps
        batches = max(1, int(rate * self.options.rep_seconds))
        if name.startswith("get"):
            moved(batches)  # the server makes its table
        gib = batches * rows * ROW / 2**30
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
            reader.read_chunk()

        measured = self.latency(name, self.options.calls // 2, turn)
        writer.done_writing()
        for _ in reader:
            pass
        writer.close()
        return measured

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

    def concurrent(self, name, threads):
        self.pings(threads, self.warm)
        self.cpu.start()
        runs = [self.pings(threads, self.options.rep_seconds) for _ in range(self.options.reps)]
        rates = sorted(rate for _, rate in runs)
        calls = sum(count for count, _ in runs)
        return {"work": name, "calls_s": round(rates[len(rates) // 2]), "min": round(rates[0]),
                "max": round(rates[-1]), "n": calls, **self.cpu.used("us", calls / 1e6)}

    def run(self, work):
        kind, _, rows = work.partition(":")
        if kind in ("get", "put"):
            measured = self.throughput(work, int(rows), getattr(self, kind))
        elif kind in ("ping", "info"):
            measured = self.latency(work, self.options.calls, getattr(self, kind))
        elif kind == "exchange":
            measured = self.exchange(work)
        elif kind == "ping32":
            measured = self.concurrent(work, 32)
        else:
            raise ValueError(f"there is no work {work}")
        self.warm = min(self.warm, 5)
        return measured


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--work", default="")
    parser.add_argument("--server-pid")
    parser.add_argument("--warm", type=float, default=10)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--rep-seconds", type=float, default=1.2)
    parser.add_argument("--calls", type=int, default=20000)
    options = parser.parse_args()
    if options.role == "server":
        server = Server(f"grpc://127.0.0.1:{options.port}")
        print("ready port", server.port, flush=True)
        server.serve()
    else:
        client = Client(options)
        for work in options.work.split(","):
            print(json.dumps(client.run(work)), flush=True)


if __name__ == "__main__":
    main()
