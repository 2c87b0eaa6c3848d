/** What Flight clients and servers count, in a Micrometer registry. */
module dev.peregrine.metrics.micrometer {
    requires transitive dev.peregrine.protocol;
    requires transitive micrometer.core;
    requires static org.jspecify;

    exports dev.peregrine.metrics.micrometer;
}
