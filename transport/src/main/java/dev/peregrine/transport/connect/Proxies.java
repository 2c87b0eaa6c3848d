package dev.peregrine.transport.connect;

import dev.peregrine.transport.Address;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. By way of which HTTP proxy a client connects. Without a fixed one the environment says it, as for other
 * implementations of gRPC: {@code grpc_proxy}, {@code https_proxy} or {@code http_proxy}, but not for the hosts that
 * {@code no_grpc_proxy} or {@code no_proxy} ends in, and not for this machine itself.
 *
 * @param fromEnvironment whether the environment is asked
 * @param uri the proxy for all TCP connections, {@code http://[user:password@]host[:port]}; null for none
 */
public record Proxies(boolean fromEnvironment, @Nullable String uri) {
    /** Those that the environment says. */
    public static final Proxies OF_THE_ENVIRONMENT = new Proxies(true, null);

    private static final int HTTP = 80;

    /** IllegalArgumentException for a URI that names no proxy. */
    public Proxies {
        if (uri != null) {
            proxy(uri);
        }
    }

    /**
     * A proxy.
     *
     * @param authorization the value of Proxy-Authorization; null for none
     */
    public record Proxy(Address.Tcp address, @Nullable String authorization) {}

    /** The proxy for connections to {@code target}; null for none. */
    public @Nullable Proxy to(Address target) {
        return to(target, System.getenv());
    }

    @Nullable
    Proxy to(Address target, Map<String, String> environment) {
        if (!(target instanceof Address.Tcp tcp)) {
            return null;
        }
        if (uri != null) {
            return proxy(uri);
        }
        if (!fromEnvironment || isThisMachine(tcp.host()) || isExcepted(tcp.host(), environment)) {
            return null;
        }
        String named = first(environment, "grpc_proxy", "https_proxy", "http_proxy");
        return named == null ? null : proxy(named);
    }

    private static boolean isThisMachine(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address != null && address.isLoopbackAddress();
    }

    private static boolean isExcepted(String host, Map<String, String> environment) {
        String excepted = first(environment, "no_grpc_proxy", "no_proxy");
        if (excepted == null) {
            return false;
        }
        String lower = host.toLowerCase(Locale.ROOT);
        for (String entry : excepted.split(",", -1)) {
            String end = entry.strip().toLowerCase(Locale.ROOT);
            String bare = end.startsWith("*.") ? end.substring(2) : end.startsWith(".") ? end.substring(1) : end;
            if (end.equals("*") || (!bare.isEmpty() && (lower.equals(bare) || lower.endsWith("." + bare)))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String first(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return null;
    }

    private static Proxy proxy(String named) {
        try {
            URI uri = new URI(named.contains("://") ? named : "http://" + named);
            String host = uri.getHost();
            if (host != null && "http".equals(uri.getScheme())) {
                String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
                int port = uri.getPort() < 0 ? HTTP : uri.getPort();
                return new Proxy(new Address.Tcp(bare, port), authorization(uri.getUserInfo()));
            }
        } catch (URISyntaxException e) {
            // The password that it may hold is nobody's business.
        }
        throw new IllegalArgumentException("The HTTP proxy is not given as http://[user:password@]host[:port]");
    }

    private static @Nullable String authorization(@Nullable String userInfo) {
        return userInfo == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the password that {@link #uri} may hold. */
    @Override
    public String toString() {
        return uri == null
                ? (fromEnvironment ? "the environment's proxy" : "no proxy")
                : "proxy " + proxy(uri).address();
    }
}
