package dev.peregrine.testing.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Attacks on a server, each on one connection; {@link Assault} plays them. Any thread. */
public enum HostileClient {
    RAPID_RESET("20,000 x HEADERS, RST_STREAM (CVE-2023-44487)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opens(s), Frame.reset(s, Http2Error.CANCEL.code())});
        }
    },
    MADE_YOU_RESET_BY_WINDOW_UPDATE_0("20,000 x HEADERS, WINDOW_UPDATE of 0 (CVE-2025-55163)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opens(s), Frame.windowUpdate(s, 0)});
        }
    },
    MADE_YOU_RESET_BY_OVERFLOW("20,000 x HEADERS, WINDOW_UPDATE of 2^31-1") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opens(s), Frame.windowUpdate(s, Integer.MAX_VALUE)});
        }
    },
    MADE_YOU_RESET_BY_DATA("20,000 x HEADERS with END_STREAM, DATA") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opensAndEnds(s), Frame.data(s, false, new byte[1])});
        }
    },
    MADE_YOU_RESET_BY_HEADERS("20,000 x HEADERS with END_STREAM, HEADERS") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opensAndEnds(s), a.opensAndEnds(s)});
        }
    },
    MADE_YOU_RESET_BY_PRIORITY("20,000 x HEADERS, PRIORITY that depends on itself") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opens(s), priority(s, s)});
        }
    },
    PRIORITY_OF_ITSELF("100,000 x PRIORITY that depends on itself, of one idle stream") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.flood(priority(99, 99), 100_000);
        }
    },
    EMPTY_CONTINUATION("100,000 x CONTINUATION, empty") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(blockWithoutEnd(a));
            a.flood(new Frame(Http2FrameTypes.CONTINUATION, 0, 1, new byte[0]), 100_000);
        }
    },
    CONTINUATION_1_KIB("100,000 x CONTINUATION of 1 KiB (CVE-2024-27316)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(blockWithoutEnd(a));
            a.flood(new Frame(Http2FrameTypes.CONTINUATION, 0, 1, new byte[1024]), 100_000);
        }
    },
    PING("200,000 x PING (CVE-2019-9512)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.flood(Frame.ping(1), a.part(200_000));
        }
    },
    PING_UNREAD("2,000,000 x PING, answers not read") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.flood(Frame.ping(1), a.part(2_000_000));
        }

        @Override
        boolean reads() {
            return false;
        }
    },
    SETTINGS("200,000 x SETTINGS, empty (CVE-2019-9515)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.flood(Frame.settings(), a.part(200_000));
        }
    },
    SETTINGS_OF_WINDOWS("20,000 x SETTINGS that move the windows of 100 streams") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(100, s -> new Frame[] {a.opens(s)});
            for (int i = 0; i < a.part(20_000); i++) {
                a.send(Frame.settings(INITIAL_WINDOW_SIZE, 60_000 + i % 2));
            }
        }
    },
    PRIORITY("200,000 x PRIORITY of idle streams (CVE-2019-9513)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            for (int i = 0; i < a.part(1000); i++) {
                Frame[] many = new Frame[200];
                for (int j = 0; j < many.length; j++) {
                    many[j] = priority(1 + 2 * (i * many.length + j), 0);
                }
                a.send(many);
            }
        }
    },
    EMPTY_DATA("100,000 x DATA, empty (CVE-2019-9518)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(a.opens(1));
            a.flood(Frame.data(1, false, new byte[0]), 100_000);
        }
    },
    PADDING_ONLY("100,000 x DATA, nothing but 255 bytes of padding") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(a.opens(1));
            a.flood(Frame.padded(1, false, new byte[0], 255), 100_000);
        }
    },
    MOST_PADDING("20,000 x DATA of 1 byte and 255 of padding, behind HEADERS with as much") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            byte[] block = a.peer.block(ScriptedPeer.request(a.victim.waiting()));
            byte[] padded = Arrays.copyOf(new byte[] {(byte) 255}, 1 + block.length + 255);
            System.arraycopy(block, 0, padded, 1, block.length);
            a.send(new Frame(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.PADDED, 1, padded));
            // One message, of which a byte comes at a time.
            a.send(Frame.data(1, false, Arrays.copyOf(Frame.message(20_000), 5)));
            for (int i = 0; i < 20_000; i++) {
                a.send(Frame.padded(1, false, new byte[1], 255));
            }
        }
    },
    STREAMS("20,000 open streams") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opens(s)});
        }
    },
    STREAMS_BEFORE_ACK("20,000 open streams, SETTINGS never acknowledged") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(20_000, s -> new Frame[] {a.opens(s)});
        }

        @Override
        boolean acknowledges() {
            return false;
        }
    },
    HPACK_BOMB("100 header blocks of 8 KB that expand to 32 MB (CVE-2016-6581)") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            byte[] bomb = new byte[8000];
            // Indexed field (RFC 7541, 6.1): the newest of the dynamic table.
            Arrays.fill(bomb, (byte) (0x80 | 62));
            byte[] begin = a.peer.block(ScriptedPeer.request(a.victim.waiting()));
            byte[] first = Arrays.copyOf(begin, begin.length + LARGE_FIELD.length + bomb.length);
            System.arraycopy(LARGE_FIELD, 0, first, begin.length, LARGE_FIELD.length);
            System.arraycopy(bomb, 0, first, begin.length + LARGE_FIELD.length, bomb.length);
            a.streams(a.part(100), s ->
                    new Frame[] {new Frame(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, s, s == 1 ? first : bomb)});
        }
    },
    MESSAGE_OF_4_GIB("a message that claims 4 GiB") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(a.opens(1), Frame.data(1, false, new byte[] {0, -1, -1, -1, -1, 0, 0, 0, 0}));
        }
    },
    MESSAGE_OF_2_GIB("a message whose body claims 2 GiB") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            ByteBuffer head = ByteBuffer.allocate(1000);
            head.put((byte) 0).putInt(Integer.MAX_VALUE);
            // FlightData.data_body, field 1000, as long as what is left of the message.
            head.putShort((short) 0xC23E).put(new byte[] {-8, -1, -1, -1, 7});
            a.send(a.opens(1), Frame.data(1, false, head.array()));
        }
    },
    ONE_BYTE_FRAMES("20,000 x DATA of 1 byte") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(a.opens(1));
            for (byte b : Frame.message(20_000)) {
                a.send(Frame.data(1, false, new byte[] {b}));
            }
        }
    },
    INTERLEAVED("100 streams, DATA of 1 byte of each in turn") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(100, s -> new Frame[] {a.opens(s)});
            for (byte b : Frame.message(200)) {
                a.streams(100, s -> new Frame[] {Frame.data(s, false, new byte[] {b})});
            }
        }
    },
    UNFINISHED_HEADERS("HEADERS whose block never ends") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(blockWithoutEnd(a));
        }

        @Override
        public boolean answersPing() {
            return false;
        }
    },
    NO_WINDOW("100 downloads, no window for any") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.streams(
                    100, s -> new Frame[] {
                        a.peer.requestHeaders(s, a.victim.sending()), Frame.data(s, true, a.victim.request())
                    });
        }

        @Override
        int[] settings() {
            return new int[] {INITIAL_WINDOW_SIZE, 0};
        }
    },
    ANSWERS_UNREAD("200,000 calls of methods that are not there, with long names, answers not read") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            // The answers repeat the names, 30 MB in all. The kernel's buffers might hold 200,000 short answers, or
            // equal ones, of which HPACK makes a few bytes each: then the server would have no reason to hang up.
            String name = "/no/" + "x".repeat(128);
            a.streams(200_000, s -> new Frame[] {a.peer.headers(s, true, ScriptedPeer.request(name + s))});
        }

        @Override
        boolean reads() {
            return false;
        }
    },
    GO_AWAY("200,000 x GOAWAY") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.flood(Frame.goAway(0, 0, "bye"), a.part(200_000));
        }
    },
    WINDOW_UPDATES("200,000 x WINDOW_UPDATE of 1") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.send(a.opens(1));
            a.flood(Frame.windowUpdate(1, 1), a.part(200_000));
        }
    },
    UNKNOWN_FRAMES("200,000 x frames of no known type") {
        @Override
        void play(Assault a) throws Assault.HungUp {
            a.flood(new Frame(0xEE, 0xFF, 1, new byte[20]), a.part(200_000));
        }
    };

    private static final int INITIAL_WINDOW_SIZE = 4;

    /** A literal that goes into the dynamic table (RFC 7541, 6.2.1): with its 32 bytes on top it just fits. */
    private static final byte[] LARGE_FIELD = literal("a", 4000);

    private final String what;

    HostileClient(String what) {
        this.what = what;
    }

    /** What it sends, for people. */
    public String what() {
        return what;
    }

    /** Whether GOAWAY with this error, or none, is what a good server says. To one that does not read it may be lost. */
    public boolean expects(@Nullable Http2Error goAway) {
        return goAway == answer() || (!reads() && goAway == Http2Error.ENHANCE_YOUR_CALM);
    }

    /** With which error a good server hangs up on it; null if it need not, or GOAWAY may be lost. */
    public @Nullable Http2Error answer() {
        return switch (this) {
            case RAPID_RESET,
                    MADE_YOU_RESET_BY_WINDOW_UPDATE_0,
                    MADE_YOU_RESET_BY_OVERFLOW,
                    MADE_YOU_RESET_BY_DATA,
                    MADE_YOU_RESET_BY_HEADERS,
                    MADE_YOU_RESET_BY_PRIORITY,
                    PRIORITY_OF_ITSELF,
                    EMPTY_CONTINUATION,
                    EMPTY_DATA,
                    PADDING_ONLY,
                    STREAMS,
                    CONTINUATION_1_KIB,
                    STREAMS_BEFORE_ACK -> Http2Error.ENHANCE_YOUR_CALM;
            default -> null;
        };
    }

    /** Whether a good server hangs up on it. */
    public boolean hangsUp() {
        return answer() != null || !reads();
    }

    abstract void play(Assault assault) throws Assault.HungUp;

    /** What its SETTINGS say. */
    int[] settings() {
        return new int[0];
    }

    /** Whether it reads what the server sends. */
    boolean reads() {
        return true;
    }

    /** Whether it acknowledges the server's SETTINGS. */
    boolean acknowledges() {
        return true;
    }

    /** Whether a PING behind it can be answered at all: not within a header block. */
    public boolean answersPing() {
        return true;
    }

    private static Frame priority(int stream, int dependency) {
        byte[] payload = ByteBuffer.allocate(5)
                .putInt(dependency)
                .put((byte) ThreadLocalRandom.current().nextInt(256))
                .array();
        return new Frame(Http2FrameTypes.PRIORITY, 0, stream, payload);
    }

    private static Frame blockWithoutEnd(Assault a) {
        return new Frame(Http2FrameTypes.HEADERS, 0, 1, a.peer.block(ScriptedPeer.request(a.victim.waiting())));
    }

    private static byte[] literal(String name, int valueLength) {
        ByteBuffer field = ByteBuffer.allocate(10 + name.length() + valueLength);
        field.put((byte) 0x40).put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        // An integer with a prefix of 7 bits (RFC 7541, 5.1).
        int rest = valueLength - 127;
        field.put((byte) 127).put((byte) (0x80 | rest & 0x7F)).put((byte) (rest >> 7));
        for (int i = 0; i < valueLength; i++) {
            field.put((byte) 'v');
        }
        return Arrays.copyOf(field.array(), field.position());
    }
}
