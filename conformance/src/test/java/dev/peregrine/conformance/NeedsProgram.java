package dev.peregrine.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that need programs of others, which {@code CONTRIBUTING.md} says how to install; part of {@code -Pinterop}. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("interop")
@ExtendWith(Programs.class)
public @interface NeedsProgram {
    /** Their names, as in {@code h2spec}. */
    String[] value();
}
