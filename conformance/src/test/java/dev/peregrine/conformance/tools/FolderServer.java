package dev.peregrine.conformance.tools;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Location;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.folder.FolderService;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Any thread. A server with reflection that has one flight, {@code trades}, of three rows; with TLS or without. Closing it
 * leaves the folder to whoever gave it.
 *
 * @param certChain what clients are to trust; not there without TLS
 */
record FolderServer(FlightServer server, boolean tls, Path certChain) implements AutoCloseable {
    /** {@code folder} is empty; {@code memory} is lent. */
    static FolderServer start(boolean tls, Path folder, BufferAllocator memory) throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path certChain = folder.resolve("cert.pem");
        FlightServerBuilder builder = FlightServer.builder(
                        tls ? Location.tls("localhost", 0) : Location.tcp("localhost", 0), FolderService.open(data))
                .allocator(memory)
                .reflection(true);
        if (tls) {
            builder.tls(certChain, certificate(certChain));
        }
        FolderServer server = new FolderServer(builder.start(), tls, certChain);
        try {
            server.put(memory);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Writes a certificate for localhost that has signed itself, and its key, whose path it gives. */
    private static Path certificate(Path certChain) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .ecp256()
                .setIsCertificateAuthority(true)
                .addSanDnsName("localhost")
                .buildSelfSigned();
        Files.writeString(certChain, bundle.getCertificatePathPEM());
        return Files.writeString(certChain.resolveSibling("key.pem"), bundle.getPrivateKeyPEM());
    }

    private void put(BufferAllocator memory) {
        Schema schema = new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));
        FlightClientBuilder builder = FlightClient.builder(server.location()).allocator(memory);
        if (tls) {
            builder.tlsRootCerts(certChain);
        }
        try (FlightClient client = builder.build();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory);
                FlightPut put = client.doPut(FlightDescriptor.path("trades"), schema)) {
            BigIntVector ids = (BigIntVector) root.getVector(0);
            for (int i = 0; i < 3; i++) {
                ids.setSafe(i, i);
            }
            root.setRowCount(3);
            put.writer().write(root);
            put.writer().doneWriting();
            while (put.metadataReader().read() != null) {
                // The last one says that the flight is stored.
            }
        }
    }

    String address() {
        return "localhost:" + server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    /** A command line: the program, then these, then {@code more}. */
    static List<String> command(Path program, List<String> options, String... more) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(options);
        command.addAll(List.of(more));
        return command;
    }
}
