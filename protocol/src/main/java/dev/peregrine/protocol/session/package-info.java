/**
 * What a client and a server say about the client's session: named options, which are set, asked for and dropped with
 * three actions.
 *
 * <p>In reading order: {@link dev.peregrine.protocol.session.SessionOptionValue}; {@link
 * dev.peregrine.protocol.session.SetSessionOptionsRequest} and {@link
 * dev.peregrine.protocol.session.SetSessionOptionsResult}; {@link
 * dev.peregrine.protocol.session.GetSessionOptionsResult}; {@link dev.peregrine.protocol.session.CloseSessionResult}. The
 * requests without fields are an action's empty body. {@code SessionProto} makes protobuf messages of them.
 */
@NullMarked
package dev.peregrine.protocol.session;

import org.jspecify.annotations.NullMarked;
