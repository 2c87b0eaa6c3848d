package dev.peregrine.transport.tls;

import static dev.peregrine.transport.tls.TestCertificates.chain;
import static dev.peregrine.transport.tls.TestCertificates.key;
import static dev.peregrine.transport.tls.TestCertificates.privateKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.Tls;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Key stores and files, read once and again. */
@Timeout(60)
class LiveTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private static TestCertificates authority;
    private static X509Bundle first;
    private static X509Bundle second;

    private final Handshake handshake = new Handshake(SslProvider.JDK, SslProvider.JDK);

    @TempDir
    Path folder;

    @BeforeAll
    static void certificates() throws Exception {
        authority = TestCertificates.make();
        first = authority.named("first");
        second = authority.named("second");
    }

    @AfterEach
    void close() {
        handshake.close();
    }

    private static KeyStore store(@Nullable X509Bundle identity, @Nullable X509Bundle trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (identity != null) {
            store.setKeyEntry("key", privateKey(identity), PASSWORD, new Certificate[] {
                identity.getCertificate(), authority.authority().getCertificate()
            });
        }
        if (trusted != null) {
            store.setCertificateEntry("trusted", trusted.getCertificate());
        }
        return store;
    }

    private Path write(KeyStore store, String name) throws Exception {
        Path file = folder.resolve(name);
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        return file;
    }

    private Tls.Server files(@Nullable Duration interval) {
        return new Tls.Server(
                new Tls.PemIdentity(
                        new Tls.InFile(folder.resolve("chain.pem")), new Tls.InFile(folder.resolve("key.pem")), null),
                null,
                Tls.ClientCertificates.NONE,
                interval);
    }

    private void write(X509Bundle identity) throws Exception {
        Files.write(folder.resolve("chain.pem"), chain(identity));
        Files.write(folder.resolve("key.pem"), key(identity));
    }

    @Test
    void keyStoresOfBothEnds() throws Exception {
        KeyStore mine = store(authority.client("me"), authority.authority());
        Tls.Client client = new Tls.Client(
                new Tls.KeyStoreRoots(mine),
                new Tls.KeyStoreIdentity(mine, PASSWORD),
                "first",
                Tls.Verification.FULL,
                null);
        Tls.Server server = new Tls.Server(
                new Tls.StoredIdentity(new Tls.InFile(write(store(first, null), "server.p12")), PASSWORD),
                new Tls.StoredRoots(new Tls.InFile(write(store(null, authority.authority()), "roots.p12")), PASSWORD),
                Tls.ClientCertificates.REQUIRED,
                null);
        assertThat(handshake.between(client, server)).isEqualTo(Handshake.WENT_WELL);
        assertThat(handshake.serverSaid()).isEqualTo(Handshake.WENT_WELL);
        Tls.Client withoutCertificate =
                new Tls.Client(new Tls.KeyStoreRoots(mine), null, "first", Tls.Verification.FULL, null);
        assertThat(handshake.between(withoutCertificate, server)).contains("wants a client certificate");
    }

    @Test
    void aKeyStoreThatIsNone() throws Exception {
        Path junk = Files.write(folder.resolve("junk"), new byte[] {1, 2, 3});
        refused(new Tls.StoredIdentity(new Tls.InFile(junk), PASSWORD), "The server's key store cannot be read as ");
        Path good = write(store(first, null), "good.p12");
        refused(
                new Tls.StoredIdentity(new Tls.InFile(good), "wrong".toCharArray()),
                "The password of the server's key store is wrong");
        refused(new Tls.KeyStoreIdentity(store(null, first), PASSWORD), "The server's key store holds no private key");
        assertThatThrownBy(() -> new LiveTls(new Tls.Client(
                        new Tls.KeyStoreRoots(store(first, null)), null, null, Tls.Verification.FULL, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The key store of the root certificates holds no trusted certificate");
    }

    private static void refused(Tls.Identity identity, String beginning) {
        assertThatThrownBy(() -> new LiveTls(new Tls.Server(identity, null, Tls.ClientCertificates.NONE, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(beginning);
    }

    @Test
    void aMissingFile() {
        assertThatThrownBy(() -> new LiveTls(files(null)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + folder.resolve("chain.pem") + ": there is no such file");
    }

    @Test
    void whatIsReloadedIsShownToNewConnections() throws Exception {
        write(first);
        try (LiveTls live = new LiveTls(files(null))) {
            InetSocketAddress listening = handshake.listen(live);
            assertThat(handshake.shownBy(listening)).isEqualTo("CN=first");
            write(second);
            assertThat(handshake.shownBy(listening))
                    .as("nobody has said so yet")
                    .isEqualTo("CN=first");
            live.reload();
            assertThat(handshake.shownBy(listening)).isEqualTo("CN=second");
        }
    }

    @Test
    void whatCannotBeUsedChangesNothing() throws Exception {
        write(first);
        try (LiveTls live = new LiveTls(files(null))) {
            InetSocketAddress listening = handshake.listen(live);
            Files.write(folder.resolve("chain.pem"), chain(second));
            assertThatThrownBy(live::reload).hasMessageContaining("does not belong");
            assertThat(handshake.shownBy(listening)).isEqualTo("CN=first");
            Files.delete(folder.resolve("key.pem"));
            assertThatThrownBy(live::reload).isInstanceOf(UncheckedIOException.class);
            assertThat(handshake.shownBy(listening)).isEqualTo("CN=first");
        }
    }

    @Test
    void filesThatChangeAreFound() throws Exception {
        write(first);
        try (LiveTls live = new LiveTls(files(Duration.ofMillis(10)))) {
            InetSocketAddress listening = handshake.listen(live);
            assertThat(handshake.shownBy(listening)).isEqualTo("CN=first");
            // First one, then the other: in between they do not belong together, and nothing changes.
            write(second);
            while (!handshake.shownBy(listening).equals("CN=second")) {
                assertThat(handshake.shownBy(listening)).isIn("CN=first", "CN=second");
            }
        }
    }
}
