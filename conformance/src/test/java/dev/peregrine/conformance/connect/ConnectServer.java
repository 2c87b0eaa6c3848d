package dev.peregrine.conformance.connect;

import dev.peregrine.conformance.connect.proto.ServerCompatRequest;
import dev.peregrine.conformance.connect.proto.ServerCompatResponse;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;

/** The server that the suite starts, once for each of its configurations: reads one, serves, says where, until it is killed. */
final class ConnectServer {
    private ConnectServer() {}

    public static void main(String[] args) throws Exception {
        ServerCompatRequest wanted = Delimited.read(System.in, ServerCompatRequest.parser());
        if (wanted == null) {
            throw new IllegalStateException("the suite sent no configuration");
        }
        // Compresses for the clients that can read it.
        TransportOptions.Builder options =
                TransportOptions.forServer().toBuilder().compression(Compression.GZIP);
        if (wanted.getMessageReceiveLimit() > 0) {
            options.maxInboundMessageSize(wanted.getMessageReceiveLimit());
        }
        if (wanted.getUseTls()) {
            options.tls(new Tls.Server(
                    wanted.getServerCreds().getCert().toByteArray(),
                    RsaKeys.toPkcs8(wanted.getServerCreds().getKey().toByteArray()),
                    wanted.getClientTlsCert().isEmpty()
                            ? null
                            : wanted.getClientTlsCert().toByteArray()));
        }
        try (ServerTransport server =
                ServerTransport.start(new Address.Tcp("127.0.0.1", 0), options.build(), new ConformanceService())) {
            Address.Tcp bound = (Address.Tcp) server.address();
            ServerCompatResponse.Builder where =
                    ServerCompatResponse.newBuilder().setHost("127.0.0.1").setPort(bound.port());
            if (wanted.getUseTls()) {
                where.setPemCert(wanted.getServerCreds().getCert());
            }
            Delimited.write(System.out, where.build());
            server.awaitTermination();
        }
    }
}
