package dev.peregrine.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Type;

/** Any thread. A schema that is short as a flatbuffer and endless as a tree. */
public final class SchemaBomb {
    private SchemaBomb() {}

    /** Structs in structs, {@code depth} deep, where both children of each are the same table. */
    public static byte[] bytes(int depth) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int name = builder.createString("f");
        int child = 0;
        for (int level = 0; level <= depth; level++) {
            int children = Field.createChildrenVector(builder, level == 0 ? new int[0] : new int[] {child, child});
            Struct_.startStruct_(builder);
            int type = Struct_.endStruct_(builder);
            Field.startField(builder);
            Field.addName(builder, name);
            Field.addTypeType(builder, Type.Struct_);
            Field.addType(builder, type);
            Field.addChildren(builder, children);
            child = Field.endField(builder);
        }
        int fields = Schema.createFieldsVector(builder, new int[] {child});
        Schema.startSchema(builder);
        Schema.addFields(builder, fields);
        int schema = Schema.endSchema(builder);
        Message.startMessage(builder);
        Message.addVersion(builder, MetadataVersion.V5);
        Message.addHeaderType(builder, MessageHeader.Schema);
        Message.addHeader(builder, schema);
        builder.finish(Message.endMessage(builder));
        return builder.sizedByteArray();
    }
}
