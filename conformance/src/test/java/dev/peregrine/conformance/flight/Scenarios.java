package dev.peregrine.conformance.flight;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The scenarios by their names, which all of Arrow's implementations use. */
final class Scenarios {
    private static final Map<String, Supplier<Scenario>> ALL = all();

    private Scenarios() {}

    private static Map<String, Supplier<Scenario>> all() {
        Map<String, Supplier<Scenario>> all = new LinkedHashMap<>();
        all.put("auth:basic_proto", AuthBasicProto::new);
        all.put("middleware", Middleware::new);
        all.put("ordered", Ordered::new);
        all.put("expiration_time:do_get", () -> new ExpirationTime(ExpirationTime::doGet));
        all.put("expiration_time:list_actions", () -> new ExpirationTime(ExpirationTime::listActions));
        all.put("expiration_time:cancel_flight_info", () -> new ExpirationTime(ExpirationTime::cancelFlightInfo));
        all.put("expiration_time:renew_flight_endpoint", () -> new ExpirationTime(ExpirationTime::renewFlightEndpoint));
        all.put("location:reuse_connection", ReuseConnection::new);
        all.put("session_options", SessionOptions::new);
        all.put("poll_flight_info", PollFlightInfo::new);
        all.put("app_metadata_flight_info_endpoint", AppMetadata::new);
        all.put("do_exchange:echo", Echo::new);
        return all;
    }

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** A new instance: a scenario's service has a state. IllegalArgumentException for a name that is none. */
    static Scenario named(String name) {
        Supplier<Scenario> scenario = ALL.get(name);
        if (scenario == null) {
            throw new IllegalArgumentException("there is no scenario " + name + "; there are " + names());
        }
        return scenario.get();
    }
}
