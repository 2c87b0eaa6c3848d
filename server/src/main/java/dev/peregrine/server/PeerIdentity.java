package dev.peregrine.server;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Any thread. Whom a certificate is about, as gRPC reads it: its first alternative name, else its common name. */
final class PeerIdentity {
    /** Kinds of GeneralName that are text: rfc822Name, dNSName, URI, iPAddress (RFC 5280, 4.2.1.6). */
    private static final Set<Integer> TEXT = Set.of(1, 2, 6, 7);

    private PeerIdentity() {}

    /** Empty if the chain is, or names nobody. */
    static String of(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return "";
        }
        X509Certificate own = chain.get(0);
        String alternative = alternativeName(own);
        return alternative.isEmpty() ? commonName(own) : alternative;
    }

    private static String alternativeName(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return "";
        }
        if (names == null) {
            return "";
        }
        for (List<?> name : names) {
            if (name.size() > 1 && TEXT.contains(name.get(0))) {
                return String.valueOf(name.get(1));
            }
        }
        return "";
    }

    private static String commonName(X509Certificate certificate) {
        try {
            List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (Rdn part : parts) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue());
                }
            }
        } catch (InvalidNameException e) {
            return "";
        }
        return "";
    }
}
