package dev.peregrine.transport.connect;

import dev.peregrine.transport.Address;
import io.netty.channel.ConnectTimeoutException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Any thread. Why there is no connection, in one sentence. */
public final class ConnectErrors {
    private ConnectErrors() {}

    /** Says which address could not be reached, why each of the host's failed, and what to look at. */
    static IOException explain(Address address, Duration timeout, Map<SocketAddress, Throwable> failures) {
        if (failures.size() == 1) {
            return explain(address, timeout, failures.values().iterator().next());
        }
        StringBuilder why = new StringBuilder("Cannot connect to " + address + ": ");
        failures.forEach((tried, cause) -> {
            if (why.charAt(why.length() - 2) != ':') {
                why.append("; ");
            }
            why.append(Sockets.name(tried)).append(": ").append(reason(address, timeout, cause));
        });
        IOException all = new IOException(why.toString());
        failures.values().forEach(all::addSuppressed);
        return all;
    }

    /** Says which address could not be reached, why, and what to look at. */
    static IOException explain(Address address, Duration timeout, Throwable cause) {
        return new IOException("Cannot connect to " + address + ": " + reason(address, timeout, cause), cause);
    }

    private static String reason(Address address, Duration timeout, Throwable cause) {
        String text = plain(cause);
        String lower = text.toLowerCase(Locale.ROOT);
        if (cause instanceof UnknownHostException) {
            return "the host name is unknown";
        }
        if (cause instanceof ConnectTimeoutException) {
            return "no answer within " + seconds(timeout);
        }
        if (cause instanceof FileNotFoundException || lower.contains("no such file")) {
            return "there is no such socket; is the server running?";
        }
        if (cause instanceof ConnectException && lower.contains("refused")) {
            return "connection refused; is the server running"
                    + (address instanceof Address.Tcp ? ", and is this its port?" : "?");
        }
        return text;
    }

    private static String seconds(Duration timeout) {
        long millis = timeout.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    /** An exception's message without the decoration of system calls and addresses. */
    public static String plain(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isEmpty()) {
            return cause.getClass().getSimpleName();
        }
        int failed = message.indexOf("failed with error(");
        int colon = failed < 0 ? -1 : message.indexOf("): ", failed);
        return colon < 0 ? message : message.substring(colon + 3);
    }
}
