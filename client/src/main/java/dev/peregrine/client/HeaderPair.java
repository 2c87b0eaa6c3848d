package dev.peregrine.client;

/**
 * Any thread. One header of a call, such as the bearer token that {@link FlightClient#authenticateBasicToken} got.
 *
 * @param name the header's name, in lower case
 * @param value its value; printable ASCII
 */
public record HeaderPair(String name, String value) {
    /** The name only: the value may be a secret. */
    @Override
    public String toString() {
        return "HeaderPair[" + name + "]";
    }
}
