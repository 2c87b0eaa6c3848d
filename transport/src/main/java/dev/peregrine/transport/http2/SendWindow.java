package dev.peregrine.transport.http2;

import io.netty.handler.codec.http2.Http2CodecUtil;

/**
 * Event loop only. How many bytes of DATA the peer lets this end send: on one stream, or on the whole connection. May be
 * below zero after the peer made its SETTINGS_INITIAL_WINDOW_SIZE smaller.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113.html#section-6.9">RFC 9113, 6.9</a>
 */
final class SendWindow {
    private int bytes;

    SendWindow(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes that may be sent; 0 or less for none. */
    int bytes() {
        return bytes;
    }

    /**
     * Changes the window by a WINDOW_UPDATE's increment, or by what SETTINGS_INITIAL_WINDOW_SIZE changed.
     *
     * @return false if the window would be larger than 2^31-1, which breaks the protocol (6.9.1); it is as it was then
     */
    boolean change(int by) {
        long changed = (long) bytes + by;
        if (changed > Http2CodecUtil.MAX_INITIAL_WINDOW_SIZE) {
            return false;
        }
        bytes = (int) Math.max(changed, Integer.MIN_VALUE);
        return true;
    }

    /** DATA of so many bytes goes out. */
    void use(int sent) {
        if (sent > bytes) {
            throw new AssertionError("sent " + sent + " bytes, the window has " + bytes);
        }
        bytes -= sent;
    }
}
