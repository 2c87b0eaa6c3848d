/** Spans for the calls of Flight clients and servers, and their context in headers. */
module dev.peregrine.tracing.opentelemetry {
    requires transitive dev.peregrine.client;
    requires transitive dev.peregrine.server;
    requires transitive io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires static org.jspecify;

    exports dev.peregrine.tracing.opentelemetry;
}
