package dev.peregrine.conformance.connect;

import dev.peregrine.conformance.connect.proto.Header;
import dev.peregrine.transport.Metadata;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Any thread. The suite's lists of headers, whose binary values are base64, to and from metadata. */
final class HeaderLists {
    private HeaderLists() {}

    static Metadata toMetadata(List<Header> headers) {
        Metadata metadata = new Metadata();
        for (Header header : headers) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            for (String value : header.getValueList()) {
                if (Metadata.isBinary(name)) {
                    metadata.add(name, Base64.getDecoder().decode(value));
                } else {
                    metadata.add(name, value);
                }
            }
        }
        return metadata;
    }

    static List<Header> of(Metadata metadata) {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        List<Header> headers = new ArrayList<>();
        for (String name : metadata.names()) {
            Header.Builder header = Header.newBuilder().setName(name).addAllValue(metadata.getAll(name));
            metadata.getAllBinary(name).forEach(value -> header.addValue(encoder.encodeToString(value)));
            headers.add(header.build());
        }
        return headers;
    }
}
