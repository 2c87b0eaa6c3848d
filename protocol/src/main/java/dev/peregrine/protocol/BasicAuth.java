package dev.peregrine.protocol;

/** Any thread. A user and a password, as a handshake payload. */
public record BasicAuth(String username, String password) {
    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.BasicAuth.newBuilder()
                .setUsername(username)
                .setPassword(password)
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static BasicAuth deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse("BasicAuth", dev.peregrine.proto.BasicAuth.parser(), serialized);
        return new BasicAuth(proto.getUsername(), proto.getPassword());
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "BasicAuth " + username;
    }
}
