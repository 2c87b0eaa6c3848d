package dev.peregrine.conformance.connect;

import dev.peregrine.conformance.connect.proto.ClientCompatRequest;
import dev.peregrine.conformance.connect.proto.ClientCompatResponse;
import dev.peregrine.conformance.connect.proto.ClientErrorResult;
import dev.peregrine.transport.ClientTransport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The client that the suite starts: makes the calls that it reads, many at a time, and says how each went. */
final class ConnectClient {
    private static final int CALLS_AT_A_TIME = 16;

    private final Map<CalledServer, ClientTransport> transports = new ConcurrentHashMap<>();

    private ConnectClient() {}

    public static void main(String[] args) throws Exception {
        ConnectClient client = new ConnectClient();
        ExecutorService threads = Executors.newFixedThreadPool(CALLS_AT_A_TIME);
        InputStream in = new BufferedInputStream(System.in);
        for (ClientCompatRequest read; (read = Delimited.read(in, ClientCompatRequest.parser())) != null; ) {
            ClientCompatRequest request = read;
            threads.execute(() -> client.call(request));
        }
        threads.shutdown();
        boolean done = threads.awaitTermination(60, TimeUnit.SECONDS);
        client.transports.values().forEach(ClientTransport::close);
        System.exit(done ? 0 : 1);
    }

    private void call(ClientCompatRequest request) {
        ClientCompatResponse.Builder response =
                ClientCompatResponse.newBuilder().setTestName(request.getTestName());
        try {
            ClientTransport transport = transports.computeIfAbsent(CalledServer.of(request), CalledServer::connect);
            response.setResponse(new ConnectCall(transport, request).make());
        } catch (RuntimeException | InterruptedException e) {
            response.setError(ClientErrorResult.newBuilder().setMessage(e.toString()));
        }
        synchronized (this) {
            try {
                Delimited.write(System.out, response.build());
            } catch (IOException e) {
                throw new UncheckedIOException("the suite does not listen any more", e);
            }
        }
    }
}
