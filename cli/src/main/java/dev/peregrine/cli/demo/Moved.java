package dev.peregrine.cli.demo;

/**
 * What one step moved.
 *
 * @param bytes of the batches' buffers, one way
 */
record Moved(String what, long rows, long batches, long bytes, double seconds) {
    double bytesPerSecond() {
        return bytes / seconds;
    }

    Moved plus(Moved other, String both) {
        return new Moved(
                both, rows + other.rows, batches + other.batches, bytes + other.bytes, seconds + other.seconds);
    }
}
