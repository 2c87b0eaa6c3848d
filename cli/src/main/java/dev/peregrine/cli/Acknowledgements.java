package dev.peregrine.cli;

import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.error.FlightException;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A thread that reads acknowledgements while batches are written: a server that acknowledges a lot may wait for them to be taken. Ends with
 * the call.
 */
public final class Acknowledgements extends Thread {
    private final FlightPut put;
    private final Consumer<byte[]> taker;

    private Acknowledgements(FlightPut put, Consumer<byte[]> taker) {
        super("peregrine-acknowledgements");
        this.put = put;
        this.taker = taker;
        setDaemon(true);
    }

    /** Writes batches. */
    public interface Writing {
        void write() throws IOException;
    }

    /**
     * Writes to the end of the put, and waits for the last acknowledgement.
     *
     * @param taker gets each one, on this thread
     */
    public static void whileWriting(FlightPut put, Consumer<byte[]> taker, Writing writing)
            throws IOException, InterruptedException {
        Acknowledgements acks = new Acknowledgements(put, taker);
        acks.start();
        try {
            writing.write();
            put.writer().doneWriting();
        } catch (IOException | RuntimeException e) {
            put.cancel(); // so that the server drops what it has, and the thread of the acknowledgements ends
            acks.join();
            throw e;
        }
        acks.join();
    }

    @Override
    public void run() {
        try {
            for (PutResult ack; (ack = put.metadataReader().read()) != null; ) {
                taker.accept(ack.metadata());
            }
        } catch (FlightException e) {
            // The call failed: writing or closing says so to whoever put.
        }
    }
}
