/** What the server says about itself: {@code ServerReflection} answers, from {@code ProtoFiles}. */
@NullMarked
package dev.peregrine.server.reflection;

import org.jspecify.annotations.NullMarked;
