/** The Flight server, and a service that serves a folder of Arrow files. */
module dev.peregrine.server {
    requires dev.peregrine.proto;
    requires transitive dev.peregrine.protocol;
    requires dev.peregrine.transport;
    requires org.apache.arrow.format;
    requires java.naming;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.peregrine.server;
    exports dev.peregrine.server.auth;
    exports dev.peregrine.server.folder;
    exports dev.peregrine.server.session;
}
