/** Flight's words as records, its errors as exceptions, and record batches to FlightData and back. */
module dev.peregrine.protocol {
    requires dev.peregrine.proto;
    requires dev.peregrine.transport;
    requires transitive org.apache.arrow.memory.core;
    requires transitive org.apache.arrow.vector;
    requires org.apache.arrow.format;
    requires static com.github.luben.zstd_jni;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.peregrine.protocol;
    exports dev.peregrine.protocol.error;
    exports dev.peregrine.protocol.metrics;
    exports dev.peregrine.protocol.options;
    exports dev.peregrine.protocol.session;
    exports dev.peregrine.protocol.wire.generic to
            dev.peregrine.client,
            dev.peregrine.server;
    exports dev.peregrine.protocol.wire to
            dev.peregrine.client,
            dev.peregrine.server,
            dev.peregrine.bench;
}
