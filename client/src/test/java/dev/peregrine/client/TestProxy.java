package dev.peregrine.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An HTTP proxy for one connection, which makes a tunnel, or else says why not. */
final class TestProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final String answer;
    private final CompletableFuture<String> asked = new CompletableFuture<>();

    /** {@code answer}, with its last line, is given to the client; 200 makes the tunnel. */
    TestProxy(String answer) throws IOException {
        this.answer = answer;
        start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** The request that came. */
    String asked() throws Exception {
        return asked.get(30, TimeUnit.SECONDS);
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "test-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        try (Socket client = listening.accept()) {
            StringBuilder request = new StringBuilder();
            InputStream in = client.getInputStream();
            for (int b; request.indexOf("\r\n\r\n") < 0 && (b = in.read()) >= 0; ) {
                request.append((char) b);
            }
            asked.complete(request.toString());
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            if (answer.startsWith("HTTP/1.1 200")) {
                String target = request.substring("CONNECT ".length(), request.indexOf(" HTTP"));
                int colon = target.lastIndexOf(':');
                try (Socket server =
                        new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
                    start(() -> pump(server, client));
                    pump(client, server);
                }
            }
        } catch (IOException e) {
            asked.completeExceptionally(e);
        }
    }

    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // One of them has closed.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
