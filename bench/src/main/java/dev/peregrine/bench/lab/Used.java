package dev.peregrine.bench.lab;

import java.util.Locale;

/** One thread. CPU time and heap that client and server used for a work, as members of its JSON line. */
final class Used {
    private final ProcessCpu cpu;
    private final LabClient client;
    private double clientHeap;
    private double serverHeap;

    Used(ProcessCpu cpu, LabClient client) {
        this.cpu = cpu;
        this.client = client;
    }

    void start() {
        serverHeap = client.serverHeap();
        clientHeap = Heap.allocated();
        cpu.start();
    }

    /**
     * Since {@link #start}.
     *
     * @param unit of CPU time
     * @param work to divide it by
     * @param times batches or calls, to divide the heap by
     */
    String json(String unit, double work, double times) {
        String used = cpu.json(unit, work);
        double ofClient = (Heap.allocated() - clientHeap) / times;
        double ofServer = (client.serverHeap() - serverHeap) / times;
        used += String.format(Locale.ROOT, ",\"client_heap_b\":%.0f", ofClient);
        return Double.isNaN(ofServer) ? used : used + String.format(Locale.ROOT, ",\"server_heap_b\":%.0f", ofServer);
    }
}
