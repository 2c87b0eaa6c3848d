/** gRPC's service config: {@code ServiceConfigReader} reads it, {@code ServiceConfig} says what it means for a method. */
@NullMarked
package dev.peregrine.client.config;

import org.jspecify.annotations.NullMarked;
