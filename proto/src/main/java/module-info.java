/** Flight's protobuf messages. Internal: exported to the siblings that speak the wire. */
module dev.peregrine.proto {
    requires transitive com.google.protobuf;

    exports dev.peregrine.proto to
            dev.peregrine.protocol,
            dev.peregrine.client,
            dev.peregrine.server,
            dev.peregrine.bench;
    exports dev.peregrine.proto.reflection to
            dev.peregrine.server;
}
