package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** One command line, typed in this process: what it said and what it answered. */
record Typed(int code, byte[] bytes, String err) {
    String out() {
        return new String(bytes, UTF_8);
    }

    static Typed command(String... args) {
        return new Typist().type(args);
    }

    /** Someone at a keyboard, or a script. */
    static final class Typist {
        private byte[] in = {};
        private int width;
        private boolean outIsTerminal;
        private boolean errIsTerminal;
        private final Map<String, String> environment = new HashMap<>();

        Typist in(byte[] bytes) {
            in = bytes;
            return this;
        }

        Typist in(String text) {
            return in(text.getBytes(UTF_8));
        }

        Typist atTerminal(int columns) {
            width = columns;
            outIsTerminal = true;
            errIsTerminal = true;
            return this;
        }

        Typist errTerminal() {
            width = 80;
            errIsTerminal = true;
            return this;
        }

        Typist with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        Typed type(String... args) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Terminal terminal = new Terminal(
                    new ByteArrayInputStream(in),
                    out,
                    new PrintStream(err, true, UTF_8),
                    outIsTerminal,
                    errIsTerminal,
                    width,
                    true,
                    environment::get);
            int code = Peregrine.run(terminal, args);
            return new Typed(code, out.toByteArray(), err.toString(UTF_8));
        }
    }
}
