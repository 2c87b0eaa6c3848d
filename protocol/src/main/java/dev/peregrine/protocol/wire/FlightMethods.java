package dev.peregrine.protocol.wire;

/** Any thread. The request paths of Flight's ten calls. */
public final class FlightMethods {
    /** The service that all of them belong to. */
    public static final String SERVICE = "arrow.flight.protocol.FlightService";

    public static final String HANDSHAKE = path("Handshake");
    public static final String LIST_FLIGHTS = path("ListFlights");
    public static final String GET_FLIGHT_INFO = path("GetFlightInfo");
    public static final String POLL_FLIGHT_INFO = path("PollFlightInfo");
    public static final String GET_SCHEMA = path("GetSchema");
    public static final String DO_GET = path("DoGet");
    public static final String DO_PUT = path("DoPut");
    public static final String DO_EXCHANGE = path("DoExchange");
    public static final String DO_ACTION = path("DoAction");
    public static final String LIST_ACTIONS = path("ListActions");

    private FlightMethods() {}

    private static String path(String method) {
        return "/" + SERVICE + "/" + method;
    }

    /** The method's own name, as in the specification: {@code DoGet}. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
