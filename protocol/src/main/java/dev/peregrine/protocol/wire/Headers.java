package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.Metadata;

/** Any thread. What calls say in their headers: the public words to the transport's, and back. */
public final class Headers {
    private Headers() {}

    /** The two have the same constants: one is public, the other the transport's. */
    public static Compression compression(MessageCompression compression) {
        return Compression.valueOf(compression.name());
    }

    /** IllegalArgumentException, naming the header, for what the wire does not allow. */
    public static Metadata toMetadata(CallHeaders headers) {
        Metadata metadata = new Metadata();
        for (CallHeaders.Header header : headers) {
            String text = header.text();
            byte[] binary = header.binary();
            if (text != null) {
                metadata.add(header.name(), text);
            } else if (binary != null) {
                metadata.add(header.name(), binary);
            }
        }
        return metadata;
    }

    public static CallHeaders of(Metadata metadata) {
        CallHeaders headers = new CallHeaders();
        for (Metadata.Entry entry : metadata) {
            String text = entry.text();
            byte[] binary = entry.binary();
            if (text != null) {
                headers.add(entry.name(), text);
            } else if (binary != null) {
                headers.add(entry.name(), binary);
            }
        }
        return headers;
    }
}
