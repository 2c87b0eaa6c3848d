package dev.peregrine.client.middleware;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A cookie as a client keeps it.
 *
 * @param domain the host that set it, or, if it is for more hosts, their domain; in lower case
 * @param hostOnly whether it is for that host alone
 * @param expires null if it lasts as long as the client
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265#section-5">RFC 6265, 5</a>
 */
record Cookie(
        String name,
        String value,
        String domain,
        boolean hostOnly,
        String path,
        boolean secure,
        @Nullable Instant expires) {
    /** Of name and value together, bytes: what RFC 6265, 6.1, asks for at least. */
    private static final int LONGEST = 4096;

    /** What makes a later cookie replace an earlier one. */
    record Key(String name, String domain, String path) {}

    /**
     * Reads a Set-Cookie header.
     *
     * @param host who sent it, in lower case
     * @param request the path that was asked for
     * @return null if it is none, or one that this host must not set
     */
    static @Nullable Cookie parse(String header, String host, String request, Instant now) {
        String[] parts = header.split(";", -1);
        int equals = parts[0].indexOf('=');
        if (equals < 0) {
            return null;
        }
        String name = parts[0].substring(0, equals).trim();
        String value = parts[0].substring(equals + 1).trim();
        if (name.isEmpty() || name.length() + value.length() > LONGEST || !isAscii(name) || !isAscii(value)) {
            return null;
        }
        String domain = "";
        String path = "";
        boolean secure = false;
        Instant date = null;
        Instant age = null;
        for (int i = 1; i < parts.length; i++) {
            String attribute = attributeName(parts[i]);
            String setting = attributeValue(parts[i]);
            switch (attribute) {
                case "expires" -> {
                    Instant parsed = CookieDate.parse(setting);
                    date = parsed == null ? date : parsed;
                }
                case "max-age" -> {
                    Instant parsed = afterSeconds(setting, now);
                    age = parsed == null ? age : parsed;
                }
                case "domain" -> {
                    String given = setting.startsWith(".") ? setting.substring(1) : setting;
                    domain = given.isEmpty() ? domain : given.toLowerCase(Locale.ROOT);
                }
                case "path" -> path = setting;
                case "secure" -> secure = true;
                default -> {
                    // HttpOnly is for browsers; others are for nobody.
                }
            }
        }
        if (!domain.isEmpty() && !mayBeSet(domain, host)) {
            return null;
        }
        return new Cookie(
                name,
                value,
                domain.isEmpty() ? host : domain,
                domain.isEmpty(),
                path.startsWith("/") ? path : defaultPath(request),
                secure,
                age == null ? date : age);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    private static String attributeName(String part) {
        int equals = part.indexOf('=');
        return (equals < 0 ? part : part.substring(0, equals)).trim().toLowerCase(Locale.ROOT);
    }

    private static String attributeValue(String part) {
        int equals = part.indexOf('=');
        return equals < 0 ? "" : part.substring(equals + 1).trim();
    }

    /** Null for what is no number of seconds. */
    private static @Nullable Instant afterSeconds(String text, Instant now) {
        if (!text.matches("-?\\d+")) {
            return null;
        }
        if (text.startsWith("-") || text.length() > 18) {
            return text.startsWith("-") ? Instant.MIN : Instant.MAX;
        }
        try {
            long seconds = Long.parseLong(text);
            return seconds == 0 ? Instant.MIN : now.plusSeconds(seconds);
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MAX;
        }
    }

    /** A domain without a dot is one that many parties have, such as "com"; only that host itself may name it. */
    private static boolean mayBeSet(String domain, String host) {
        return host.equals(domain) || domain.indexOf('.') > 0 && matches(domain, host);
    }

    private static boolean matches(String domain, String host) {
        boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return host.equals(domain) || !isAddress && host.endsWith("." + domain);
    }

    private static String defaultPath(String request) {
        int slash = request.lastIndexOf('/');
        return slash <= 0 ? "/" : request.substring(0, slash);
    }

    Key key() {
        return new Key(name, domain, path);
    }

    boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /** Whether it goes with this request. */
    boolean goesTo(String host, String request, boolean tls) {
        return (hostOnly ? host.equals(domain) : matches(domain, host)) && covers(request) && (tls || !secure);
    }

    private boolean covers(String request) {
        return request.equals(path)
                || request.startsWith(path) && (path.endsWith("/") || request.charAt(path.length()) == '/');
    }

    /** Not the value: it may be a secret. */
    @Override
    public String toString() {
        return "Cookie " + name + " of " + domain + path;
    }
}
