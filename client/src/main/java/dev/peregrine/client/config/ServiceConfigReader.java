package dev.peregrine.client.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.peregrine.client.config.ServiceConfig.Method;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.retry.Retries;
import dev.peregrine.transport.retry.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Reads a service config from JSON, the mapping of protobuf to JSON that gRPC uses. What it does not know, such as
 * load balancing, is passed over, as gRPC wants it.
 */
public final class ServiceConfigReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** More attempts count as this many (gRPC A6). */
    private static final int MOST_ATTEMPTS = 5;

    private ServiceConfigReader() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException with one sentence that says where what is wrong
     */
    public static ServiceConfig read(String json) {
        JsonNode config;
        try {
            config = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw wrong("is not JSON: " + e.getOriginalMessage());
        }
        if (!config.isObject()) {
            throw wrong("is not a JSON object");
        }
        Map<String, Method> methods = new LinkedHashMap<>();
        JsonNode list = config.path("methodConfig");
        if (!list.isMissingNode() && !list.isArray()) {
            throw wrong("methodConfig is not a list");
        }
        for (int i = 0; i < list.size(); i++) {
            String where = "methodConfig[" + i + "]";
            Method method = method(where, list.get(i));
            names(where, list.get(i), name -> {
                if (methods.put(name, method) != null) {
                    throw wrong(where + ".name names again what another entry has named");
                }
            });
        }
        return new ServiceConfig(Map.copyOf(methods), throttling(config.path("retryThrottling")));
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("The service config is wrong: " + what);
    }

    private static void names(String where, JsonNode config, java.util.function.Consumer<String> to) {
        JsonNode names = config.path("name");
        if (!names.isArray()) {
            throw wrong(where + ".name is not a list");
        }
        for (JsonNode name : names) {
            String service = name.path("service").asText("");
            String method = name.path("method").asText("");
            if (service.isEmpty() && !method.isEmpty()) {
                throw wrong(where + ".name has a method without a service");
            }
            to.accept(service + "/" + method);
        }
    }

    private static Method method(String where, JsonNode config) {
        JsonNode wait = config.path("waitForReady");
        if (!isAbsent(wait) && !wait.isBoolean()) {
            throw wrong(where + ".waitForReady is " + wait + "; it must be true or false");
        }
        return new Method(
                duration(where + ".timeout", config.path("timeout")),
                isAbsent(wait) ? null : wait.asBoolean(),
                retryPolicy(where + ".retryPolicy", config.path("retryPolicy")),
                bytes(where + ".maxRequestMessageBytes", config.path("maxRequestMessageBytes")),
                bytes(where + ".maxResponseMessageBytes", config.path("maxResponseMessageBytes")));
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static @Nullable RetryPolicy retryPolicy(String where, JsonNode policy) {
        if (isAbsent(policy)) {
            return null;
        }
        Duration initial = duration(where + ".initialBackoff", policy.path("initialBackoff"));
        Duration longest = duration(where + ".maxBackoff", policy.path("maxBackoff"));
        JsonNode attempts = policy.path("maxAttempts");
        if (initial == null || longest == null || !attempts.isInt()) {
            throw wrong(where + " needs maxAttempts, initialBackoff, maxBackoff, backoffMultiplier and"
                    + " retryableStatusCodes");
        }
        double multiplier = number(where + ".backoffMultiplier", policy.path("backoffMultiplier"));
        Set<GrpcCode> codes = codes(where + ".retryableStatusCodes", policy.path("retryableStatusCodes"));
        try {
            return new RetryPolicy(Math.min(attempts.asInt(), MOST_ATTEMPTS), initial, longest, multiplier, codes);
        } catch (IllegalArgumentException e) {
            throw wrong(where + ": " + e.getMessage());
        }
    }

    private static Set<GrpcCode> codes(String where, JsonNode list) {
        Set<GrpcCode> codes = EnumSet.noneOf(GrpcCode.class);
        for (JsonNode code : list) {
            codes.add(code(where, code));
        }
        return codes;
    }

    private static GrpcCode code(String where, JsonNode code) {
        for (GrpcCode known : GrpcCode.values()) {
            if (code.isInt() ? code.asInt() == known.number() : code.asText().equals(known.name())) {
                return known;
            }
        }
        throw wrong(where + " has " + code + ", which is no status code of gRPC");
    }

    private static Retries.@Nullable Throttling throttling(JsonNode throttling) {
        if (isAbsent(throttling)) {
            return null;
        }
        double tokens = number("retryThrottling.maxTokens", throttling.path("maxTokens"));
        double ratio = number("retryThrottling.tokenRatio", throttling.path("tokenRatio"));
        try {
            return new Retries.Throttling(tokens, ratio);
        } catch (IllegalArgumentException e) {
            throw wrong("retryThrottling: " + e.getMessage());
        }
    }

    private static double number(String where, JsonNode number) {
        if (!number.isNumber()) {
            throw wrong(where + " is not a number");
        }
        return number.asDouble();
    }

    /** A number, or a string with one, as protobuf writes 64-bit numbers in JSON. */
    private static @Nullable Integer bytes(String where, JsonNode bytes) {
        if (isAbsent(bytes)) {
            return null;
        }
        try {
            long value = new BigDecimal(bytes.asText()).longValueExact();
            if (value >= 0) {
                return (int) Math.min(value, Integer.MAX_VALUE);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // It is said below.
        }
        throw wrong(where + " is " + bytes + "; it must be a number of bytes");
    }

    /** Seconds with the letter s behind: {@code "1.5s"}. */
    private static @Nullable Duration duration(String where, JsonNode duration) {
        if (isAbsent(duration)) {
            return null;
        }
        String text = duration.asText();
        if (duration.isTextual() && text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?s")) {
            BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
            long whole = seconds.longValue();
            return Duration.ofSeconds(
                    whole,
                    seconds.subtract(BigDecimal.valueOf(whole))
                            .movePointRight(9)
                            .longValue());
        }
        throw wrong(where + " is " + duration + "; it must be like \"1.5s\"");
    }
}
