/**
 * gRPC over HTTP/2 on Netty, as one connection sees it. In reading order:
 *
 * <ul>
 *   <li>The ends: {@code ClientEndpoint} with {@code ConnectionPool}, and {@code ServerEndpoint} own the connections of one address.
 *       {@code dev.peregrine.transport.connect} opens and closes their sockets, {@code dev.peregrine.transport.tls} secures
 *       them.
 *   <li>A connection: {@code ConnectionBuilder} puts {@code Connection} together, Netty's handler with our way in and out;
 *       {@code KeepaliveTimer} asks whether the peer is there.
 *   <li>The way in: {@code StreamingFrameReader}, {@code LateFrames}, {@code FrameCheck}, then {@code CallStreams}
 *       ({@code ClientStreams}, {@code ServerStreams}) finds the call, and {@code LengthPrefixReader} its messages.
 *   <li>A call: {@code StreamCall}, {@code ClientCall} with {@code Repetition}, {@code ServerCall}; {@code InboundData} is what comes of it, and
 *       {@code WaitingData} what comes while the application has enough to take; {@code Turns} brings what other threads want to
 *       the event loop.
 *   <li>The way out: {@code SendQueue}, {@code OutboundStream}, {@code SendWindow}, {@code DataWriter},
 *       {@code FrameBuffer}.
 *   <li>gRPC's words: {@code RequestHead}, {@code HeaderCodec}, {@code StatusHeaders}, {@code GrpcTimeout}, {@code RequestCheck};
 *       {@code ForeignResponse} and {@code ResetCodes} for what is not said in them.
 * </ul>
 *
 * <p>What is pure is tested by plain calls, the rest by peers that the tests play frame by frame.
 */
@NullMarked
package dev.peregrine.transport.http2;

import org.jspecify.annotations.NullMarked;
