package dev.peregrine.client.call;

import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.protocol.CallHeaders;

/** One thread at a time. What the credentials of one call have added to its headers. */
public final class Proof {
    private final CallCredentials credentials;

    /** Written before the attempt that sends them starts. */
    private volatile CallHeaders added = new CallHeaders();

    public Proof(CallCredentials credentials) {
        this.credentials = credentials;
    }

    /** May wait. The headers with what the credentials add; a name that is there is not added. */
    public CallHeaders addTo(CallHeaders headers) {
        CallHeaders fresh = new CallHeaders();
        credentials.addTo(fresh);
        CallHeaders mine = new CallHeaders();
        for (CallHeaders.Header header : fresh) {
            if (!headers.contains(header.name())) {
                copy(header, mine);
            }
        }
        added = mine;
        return new CallHeaders().addAll(headers).addAll(mine);
    }

    /** May wait. The headers that were sent, with what the credentials add now in place of what they added then. */
    public CallHeaders renewed(CallHeaders sent) {
        CallHeaders others = new CallHeaders();
        CallHeaders old = added;
        for (CallHeaders.Header header : sent) {
            if (!old.contains(header.name())) {
                copy(header, others);
            }
        }
        return addTo(others);
    }

    private static void copy(CallHeaders.Header from, CallHeaders to) {
        String text = from.text();
        byte[] binary = from.binary();
        if (text != null) {
            to.add(from.name(), text);
        } else if (binary != null) {
            to.add(from.name(), binary);
        }
    }

    /** Event loop only. The server has not taken them; whether there may be better ones. */
    public boolean rejected() {
        CallHeaders sent = added;
        return !sent.isEmpty() && credentials.rejected(sent);
    }
}
