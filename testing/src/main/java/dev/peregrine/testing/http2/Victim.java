package dev.peregrine.testing.http2;

/**
 * A server to attack.
 *
 * @param port one of 127.0.0.1
 * @param waiting path of a method that reads its requests and is never done while more may come
 * @param sending path of a method that answers its one request with more than anybody wants
 * @param request the request for {@code sending}, a gRPC message with its prefix
 * @param quick path of a method that answers its one request, an empty message, at once, with success or an error
 */
public record Victim(int port, String waiting, String sending, byte[] request, String quick) {}
