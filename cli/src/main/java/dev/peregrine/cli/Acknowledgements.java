package dev.peregrine.cli;

import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.error.FlightException;
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
    public interface Writing<E extends Exception> {
        void write() throws E;
    }

    /**
     * Writes to the end of the put, and waits for the last acknowledgement.
     *
     * @param taker gets each one, on the thread that reads them
     */
    public static <E extends Exception> void whileWriting(FlightPut put, Consumer<byte[]> taker, Writing<E> writing)
            throws E, InterruptedException {
        Acknowledgements acks = new Acknowledgements(put, taker);
        acks.start();
        boolean isDone = false;
        try {
            writing.write();
            put.writer().doneWriting();
            acks.join();
            isDone = true;
        } finally {
            if (!isDone) {
                put.cancel(); // so that the server drops what it has, and the thread of the acknowledgements ends
                acks.join();
            }
        }
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
