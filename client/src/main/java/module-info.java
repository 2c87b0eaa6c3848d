/** The Flight client. */
module dev.peregrine.client {
    requires dev.peregrine.proto;
    requires transitive dev.peregrine.protocol;
    requires dev.peregrine.transport;
    requires static org.jspecify;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;

    exports dev.peregrine.client;
    exports dev.peregrine.client.auth;
    exports dev.peregrine.client.middleware;
}
