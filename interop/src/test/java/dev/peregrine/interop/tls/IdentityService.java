package dev.peregrine.interop.tls;

import dev.peregrine.interop.support.TlsFiles;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Result;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.auth.AnyAuthenticator;
import dev.peregrine.server.auth.BearerAuthenticator;
import dev.peregrine.server.auth.CertificateAuthenticator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;

/** A service of ours that tells who the client is, whatever the action. Any thread. */
final class IdentityService implements FlightService {
    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        return List.of(Result.of(call.peerIdentity()));
    }

    static FlightServer serve(
            BufferAllocator allocator, TlsFiles.Pair identity, UnaryOperator<FlightServerBuilder> settings) {
        return settings.apply(FlightServer.builder("127.0.0.1", 0, new IdentityService())
                        .allocator(allocator)
                        .tls(identity.chain(), identity.key()))
                .start();
    }

    /** Needs a certificate or the token "of NAME", and asks for the first without insisting. */
    static FlightServerBuilder certificateOrToken(FlightServerBuilder builder) {
        return builder.requireClientCertificate(false)
                .authenticator(new AnyAuthenticator(
                        new CertificateAuthenticator(),
                        new BearerAuthenticator(token -> token.startsWith("of-") ? token.substring(3) : null)));
    }
}
