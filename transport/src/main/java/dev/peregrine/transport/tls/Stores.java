package dev.peregrine.transport.tls;

import dev.peregrine.transport.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Any thread. Certificates and keys out of Java's key stores. Every failure says which of them it is about. */
final class Stores {
    private Stores() {}

    /** The key entries; {@code whose} is for the sentence, for example {@code "server's"}. */
    static KeyManagerFactory keys(Tls.Identity identity, Inputs inputs, String whose) {
        String which = whose + " key store";
        KeyStore store;
        char[] password;
        if (identity instanceof Tls.StoredIdentity stored) {
            store = open(inputs.read(stored.store()), stored.password(), which);
            password = stored.password();
        } else {
            store = ((Tls.KeyStoreIdentity) identity).store();
            password = ((Tls.KeyStoreIdentity) identity).password();
        }
        try {
            if (!hasEntry(store, true)) {
                throw new IllegalArgumentException("The " + which + " holds no private key");
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return keys;
        } catch (UnrecoverableKeyException e) {
            throw new IllegalArgumentException("The password of a key in the " + which + " is wrong", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The " + which + " cannot be used: " + TlsErrors.words(e), e);
        }
    }

    /** The certificate entries; {@code which} is for the sentence. */
    static TrustManagerFactory roots(Tls.Roots roots, Inputs inputs, String which) {
        KeyStore store = roots instanceof Tls.StoredRoots stored
                ? open(inputs.read(stored.store()), stored.password(), "key store of the " + which)
                : ((Tls.KeyStoreRoots) roots).store();
        try {
            if (!hasEntry(store, false)) {
                throw new IllegalArgumentException("The key store of the " + which + " holds no trusted certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The key store of the " + which + " cannot be used: " + TlsErrors.words(e), e);
        }
    }

    private static boolean hasEntry(KeyStore store, boolean key) throws KeyStoreException {
        for (String alias : Collections.list(store.aliases())) {
            if (key ? store.isKeyEntry(alias) : store.isCertificateEntry(alias)) {
                return true;
            }
        }
        return false;
    }

    /** PKCS#12, or JKS, which the JDK reads by the same name. */
    private static KeyStore open(byte[] bytes, char @Nullable [] password, String which) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            return store;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    e.getCause() instanceof UnrecoverableKeyException
                            ? "The password of the " + which + " is wrong"
                            : "The " + which + " cannot be read as PKCS#12 or JKS: " + TlsErrors.words(e),
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The " + which + " cannot be read: " + TlsErrors.words(e), e);
        }
    }
}
