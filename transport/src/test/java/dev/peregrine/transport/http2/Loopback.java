package dev.peregrine.transport.http2;

import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server of ours over a real socket. Methods of the server are added by the test as blocking code on a
 * thread of their own, as the layer above will do it.
 */
final class Loopback implements AutoCloseable {
    /** One method of the server. */
    @FunctionalInterface
    interface Method {
        void serve(Served call) throws Exception;
    }

    /** A call at the server: its messages and its answers. */
    record Served(IncomingCall call, Inbox<byte[]> inbox) {
        byte @Nullable [] read() throws GrpcException, InterruptedException {
            return inbox.take();
        }

        /** False if the call is over. */
        boolean write(byte[] message) throws InterruptedException {
            call.send(message(message));
            return call.awaitRoom();
        }

        /** Writes this message again and again until the call is over. */
        void flood(byte[] message) throws InterruptedException {
            boolean goesOn = true;
            while (goesOn) {
                goesOn = write(message);
            }
        }

        void finish(GrpcStatus status) {
            call.finish(status, new Metadata());
        }
    }

    /** A call at the client. */
    record Started(OutgoingCall call, Inbox<byte[]> inbox) {
        byte @Nullable [] read() throws GrpcException, InterruptedException {
            return inbox.take();
        }

        boolean write(byte[] message) throws InterruptedException {
            call.send(message(message));
            return call.awaitRoom();
        }
    }

    static final TransportOptions OPTIONS = options(1 << 20, 4 << 20);

    static TransportOptions options(int streamWindow, int connectionWindow) {
        return TransportOptions.forClient().toBuilder()
                .streamWindow(streamWindow)
                .connectionWindow(connectionWindow)
                .maxFrameSize(1 << 20)
                .maxHeaderListSize(16 << 10)
                .maxInboundMessageSize(64 << 20)
                .sendQueueSize(1 << 20)
                .keepaliveTimeout(Duration.ofSeconds(5))
                .connectTimeout(Duration.ofSeconds(5))
                .eventLoops(2)
                .build();
    }

    final ServerTransport server;
    final ClientTransport client;
    private final Map<String, Method> methods = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Loopback(TransportOptions options) throws IOException {
        this(new Address.Tcp("127.0.0.1", 0), options, options);
    }

    Loopback(Address address, TransportOptions clientOptions, TransportOptions serverOptions) throws IOException {
        server = ServerTransport.start(address, serverOptions, router());
        client = ClientTransport.create(server.address(), clientOptions);
    }

    /** The server's port. */
    int port() {
        return ((Address.Tcp) server.address()).port();
    }

    /** Where a server is that a test plays. */
    static Address address(ScriptedPeer.Port port) {
        return new Address.Tcp("127.0.0.1", port.number());
    }

    /** Adds a method. */
    Loopback on(String path, Method method) {
        methods.put(path, method);
        return this;
    }

    private CallRouter router() {
        return path -> {
            Method method = methods.get(path);
            return method == null ? null : call -> accept(method, call);
        };
    }

    private CallListener accept(Method method, IncomingCall call) {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        inbox.attach(call);
        threads.execute(() -> serve(method, new Served(call, inbox)));
        return inbox;
    }

    private static void serve(Method method, Served served) {
        try {
            method.serve(served);
        } catch (GrpcException e) {
            served.call.finish(e.status(), e.trailers());
        } catch (InterruptedException e) {
            served.call.cancel(GrpcCode.CANCELLED.with("interrupted"));
        } catch (Exception | AssertionError e) {
            served.call.finish(GrpcCode.INTERNAL.with(e.toString()), new Metadata());
        } finally {
            served.inbox.discard();
        }
    }

    Started start(String path) {
        return start(path, new Metadata(), null);
    }

    Started start(String path, Metadata headers, @Nullable Duration timeout) {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start(path, headers, timeout, inbox);
        inbox.attach(call);
        return new Started(call, inbox);
    }

    /** One message there, one back. */
    byte @Nullable [] unary(String path, byte[] request) throws GrpcException, InterruptedException {
        Started call = start(path);
        call.call.send(message(request));
        call.call.halfClose();
        byte[] response = call.read();
        if (response != null && call.read() != null) {
            throw new AssertionError("more than one response");
        }
        return response;
    }

    /** Prefix and message in one buffer. */
    static ByteBuf message(byte[] bytes) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(MessagePrefix.LENGTH + bytes.length);
        MessagePrefix.write(out, bytes.length);
        return out.writeBytes(bytes);
    }

    @Override
    public void close() {
        client.close();
        server.close();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("a method of the server does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
