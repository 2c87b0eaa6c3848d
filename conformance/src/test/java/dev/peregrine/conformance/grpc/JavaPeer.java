package dev.peregrine.conformance.grpc;

import io.grpc.testing.integration.TestServiceClient;
import io.grpc.testing.integration.TestServiceServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * One thread. grpc-java's interop client or server, in this JVM: what their {@code main} methods call, which would cost a
 * JVM for each case.
 */
final class JavaPeer implements AutoCloseable {
    private final Object peer;
    private final String stop;

    private JavaPeer(Object peer, String stop) {
        this.peer = peer;
        this.stop = stop;
    }

    /** Listens on a port of its choice. */
    static JavaPeer server(String... arguments) throws Exception {
        JavaPeer server = new JavaPeer(new TestServiceServer(), "stop");
        server.call("parseArgs", (Object) arguments);
        server.call("start");
        return server;
    }

    int port() throws Exception {
        return (Integer) call("getPort");
    }

    /** Runs the one case that the arguments name; throws if it fails. */
    static void runClient(String... arguments) throws Exception {
        TestServiceClient client = new TestServiceClient();
        try (JavaPeer peer = new JavaPeer(client, "tearDown")) {
            peer.call("parseArgs", (Object) arguments);
            peer.call("setUp");
            peer.call("run");
        }
    }

    private Object call(String name, Object... arguments) throws Exception {
        Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {String[].class};
        Method method = peer.getClass().getDeclaredMethod(name, types);
        method.setAccessible(true);
        try {
            return method.invoke(peer, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError("grpc-java's " + name + " failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() throws Exception {
        call(stop);
    }
}
