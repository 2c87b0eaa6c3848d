package dev.peregrine.protocol.wire.generic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generic options that builders of one kind know, by gRPC's names (its channel arguments): each sets what a typed
 * method of the builder sets. Setting one: any thread. A name that is not known, or a value of a known one that changes
 * nothing here, is reported once, as a warning.
 *
 * @param <B> the builder
 */
public final class GenericOptions<B> {
    private static final Logger LOG = LoggerFactory.getLogger(GenericOptions.class);

    private interface Option<B> {
        /** IllegalArgumentException if the value is not one of this option. */
        void set(B builder, Object value);
    }

    private final String whose;
    private final Map<String, Option<B>> known = new LinkedHashMap<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /** None yet; {@code whose} is for the warnings, for example {@code "clients"}. */
    public GenericOptions(String whose) {
        this.whose = whose;
    }

    /** One more: a number in this range. */
    public GenericOptions<B> number(String name, int least, int most, BiConsumer<B, Integer> set) {
        known.put(name, (builder, value) -> set.accept(builder, inRange(name, value, least, most)));
        return this;
    }

    /** One more: 0 or 1. */
    public GenericOptions<B> flag(String name, BiConsumer<B, Boolean> set) {
        known.put(name, (builder, value) -> set.accept(builder, inRange(name, value, 0, 1) == 1));
        return this;
    }

    /** One more: a string. */
    public GenericOptions<B> text(String name, BiConsumer<B, String> set) {
        known.put(name, (builder, value) -> {
            if (!(value instanceof String text)) {
                throw new IllegalArgumentException(
                        "Generic option " + name + " is the number " + value + "; it must be a string");
            }
            set.accept(builder, text);
        });
        return this;
    }

    /** One more, a number of which only one value is what is done here; others are reported with the reason. */
    public GenericOptions<B> only(String name, int honoured, String reason) {
        known.put(name, (builder, value) -> {
            if (inRange(name, value, Integer.MIN_VALUE, Integer.MAX_VALUE) != honoured) {
                report(name, "Generic option {} = {} changes nothing for {}: {}", name, value, whose, reason);
            }
        });
        return this;
    }

    private static int inRange(String name, Object value, int least, int most) {
        if (!(value instanceof Integer number)) {
            throw new IllegalArgumentException(
                    "Generic option " + name + " is the string \"" + value + "\"; it must be a number");
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException("Generic option " + name + " is " + number + "; it must be "
                    + (most == Integer.MAX_VALUE ? "at least " + least : "between " + least + " and " + most));
        }
        return number;
    }

    /**
     * Sets an option of a builder.
     *
     * @param value an Integer or a String
     * @throws IllegalArgumentException the option takes the other type, or not this value; the message names it
     */
    public void set(B builder, String name, Object value) {
        Option<B> option = known.get(name);
        if (option == null) {
            report(name, "Generic option {} is unknown to {} and changes nothing", name, whose);
        } else {
            try {
                option.set(builder, value);
            } catch (IllegalArgumentException e) {
                String why = String.valueOf(e.getMessage());
                throw why.contains(name) ? e : new IllegalArgumentException("Generic option " + name + ": " + why, e);
            }
        }
    }

    /** The names that are known, in the order in which they were added. */
    public Set<String> names() {
        return known.keySet();
    }

    private void report(String name, String format, Object... arguments) {
        if (reported.add(name)) {
            LOG.warn(format, arguments);
        }
    }
}
