package dev.peregrine.transport.connect;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Any thread. In which order the addresses of a host are tried: IPv6 and IPv4 in turn, beginning with the kind that the
 * resolver names first, so that one kind that does not work costs a moment only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8305.html#section-4">RFC 8305, 4</a>
 */
final class AddressOrder {
    private AddressOrder() {}

    static List<InetAddress> interleaved(List<InetAddress> resolved) {
        ArrayDeque<InetAddress> first = new ArrayDeque<>();
        ArrayDeque<InetAddress> second = new ArrayDeque<>();
        for (InetAddress address : resolved) {
            boolean likeTheFirst = address instanceof Inet6Address == resolved.get(0) instanceof Inet6Address;
            (likeTheFirst ? first : second).add(address);
        }
        List<InetAddress> order = new ArrayList<>(resolved.size());
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                order.add(first.remove());
            }
            if (!second.isEmpty()) {
                order.add(second.remove());
            }
        }
        return order;
    }
}
