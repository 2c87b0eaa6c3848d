package dev.peregrine.testing.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link HostileClient}: the test's thread sends, and a thread of its own reads, unless the attack is not
 * to read. Whether the server hangs up while the attack still sends is of no interest: it is noted, and sending ends.
 */
public final class Assault implements AutoCloseable {
    private static final long LAST_PING = 0x0DD5;
    private static final int PATIENCE_SECONDS = 120;
    private static final int AT_ONCE = 200;

    /** The server has hung up. */
    static final class HungUp extends IOException {
        private static final long serialVersionUID = 1;

        HungUp(IOException cause) {
            super("the server has hung up", cause);
        }
    }

    final Victim victim;
    final ScriptedPeer peer;
    private final int divisor;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicIntegerArray resets = new AtomicIntegerArray(16);
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile @Nullable Frame goAway;
    private volatile boolean ended;
    private volatile @Nullable Thread reader;

    private Assault(Victim victim, ScriptedPeer peer, int divisor) {
        this.victim = victim;
        this.peer = peer;
        this.divisor = divisor;
    }

    /** Connects and plays the attack, to its end or until the server hangs up. */
    public static Assault play(HostileClient attack, Victim victim) throws IOException {
        return play(attack, victim, 1);
    }

    /** The same; floods that the server need not mind are shorter by this factor. */
    public static Assault play(HostileClient attack, Victim victim, int divisor) throws IOException {
        ScriptedPeer peer = attack.reads()
                ? ScriptedPeer.connect(victim.port(), attack.settings())
                : ScriptedPeer.connectDeaf(victim.port(), attack.settings());
        Assault assault = new Assault(victim, peer, divisor);
        try {
            assault.introduce(attack);
            attack.play(assault);
        } catch (HungUp e) {
            // What the attack is answered with.
        } catch (IOException | RuntimeException | Error e) {
            assault.close();
            throw e;
        }
        return assault;
    }

    private void introduce(HostileClient attack) throws IOException {
        if (attack.acknowledges()) {
            Frame first = peer.read();
            if (first == null || first.type() != Http2FrameTypes.SETTINGS) {
                throw new AssertionError("the server should begin with SETTINGS, but it sent " + first);
            }
            send(Frame.settingsAck());
        }
        if (attack.reads()) {
            readOn();
        }
    }

    private void readOn() {
        Thread thread = new Thread(this::read, "hostile-client");
        thread.setDaemon(true);
        reader = thread;
        thread.start();
    }

    private void read() {
        try {
            for (Frame frame; (frame = peer.read()) != null; ) {
                note(frame);
            }
            ended = true;
        } catch (IOException e) {
            // The test has closed the socket, or nothing has come for long.
        } finally {
            settled.countDown();
        }
    }

    private void note(Frame frame) {
        switch (frame.type()) {
            case Http2FrameTypes.GO_AWAY -> goAway = frame;
            case Http2FrameTypes.RST_STREAM -> resets.incrementAndGet(frame.number(0) & 15);
            case Http2FrameTypes.HEADERS, Http2FrameTypes.DATA -> {
                if (frame.endsStream()) {
                    answers.incrementAndGet();
                }
            }
            default -> {
                if (frame.equals(Frame.pingAck(LAST_PING))) {
                    settled.countDown();
                }
            }
        }
    }

    /** How long this flood is to be, this time. */
    int part(int times) {
        return times / divisor;
    }

    /** Sends these frames. */
    void send(Frame... frames) throws HungUp {
        try {
            peer.sends(frames);
        } catch (SocketException e) {
            throw new HungUp(e);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends this frame so many times. */
    void flood(Frame frame, int times) throws HungUp {
        Frame[] many = new Frame[AT_ONCE];
        Arrays.fill(many, frame);
        for (int sent = 0; sent < times; sent += AT_ONCE) {
            send(many);
        }
    }

    /** Frames of one stream. */
    @FunctionalInterface
    interface OfStream {
        Frame[] frames(int stream);
    }

    /** Opens so many streams, one after the other, and sends these frames on each. */
    void streams(int count, OfStream script) throws HungUp {
        for (int stream = 1; stream < 2 * count; stream += 2) {
            send(script.frames(stream));
        }
    }

    /** The request headers of a call that waits for its requests. */
    Frame opens(int stream) {
        return peer.requestHeaders(stream, victim.waiting());
    }

    /** The same, and the client has nothing to say. */
    Frame opensAndEnds(int stream) {
        Frame open = opens(stream);
        return new Frame(open.type(), open.flags() | Http2Flags.END_STREAM, stream, open.payload());
    }

    /**
     * Waits until the server has seen all of the attack: it answers a PING, or it has hung up. An attack that does not read
     * begins to, now.
     *
     * @return whether the server has hung up
     */
    public boolean hungUp() throws InterruptedException {
        if (reader == null) {
            readOn();
        }
        try {
            send(Frame.ping(LAST_PING));
        } catch (HungUp e) {
            // Then the reader sees the end.
        }
        if (!settled.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the server neither answers a PING nor hangs up");
        }
        Frame last = goAway;
        Thread thread = reader;
        if (last != null && thread != null) {
            // GOAWAY with an error is the last thing it says.
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
        return ended;
    }

    /** The error of the server's GOAWAY; null if none came. */
    public @Nullable Http2Error goAway() {
        Frame last = goAway;
        return last == null ? null : Http2Error.valueOf(last.number(4));
    }

    /** How many streams the server has reset with this error. */
    public int resets(Http2Error error) {
        return resets.get((int) error.code());
    }

    /** How many streams the server has ended with END_STREAM. */
    public int answers() {
        return answers.get();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
