package dev.peregrine.transport;

/**
 * Any thread. How much HPACK may remember of header fields, bytes (RFC 7541, 4.2).
 *
 * @param encoder of those that this end sends: at most that, and what the peer allows
 * @param decoder of those that it receives (SETTINGS_HEADER_TABLE_SIZE)
 */
public record HeaderTables(int encoder, int decoder) {
    /** What the peer allows, and HTTP/2's own size. */
    public static final HeaderTables DEFAULT = new HeaderTables(Integer.MAX_VALUE, 4096);

    /** Refuses what makes no sense. */
    public HeaderTables {
        if (encoder < 0 || decoder < 0) {
            throw new IllegalArgumentException(
                    "The sizes of header tables are " + encoder + " and " + decoder + "; they must not be negative");
        }
    }
}
