/** gRPC over HTTP/2 on Netty. Internal: exported to siblings only. */
module dev.peregrine.transport {
    requires transitive io.netty.buffer;
    requires transitive io.netty.codec.http2;
    requires transitive io.netty.common;
    requires transitive io.netty.handler;
    requires transitive io.netty.transport;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.peregrine.transport to
            dev.peregrine.protocol,
            dev.peregrine.client,
            dev.peregrine.server,
            dev.peregrine.bench;
    exports dev.peregrine.transport.connect to
            dev.peregrine.client,
            dev.peregrine.server;
    exports dev.peregrine.transport.retry to
            dev.peregrine.client,
            dev.peregrine.server;
    exports dev.peregrine.transport.watch to
            dev.peregrine.protocol,
            dev.peregrine.client,
            dev.peregrine.server;
}
