package dev.peregrine.protocol.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.options.BodyCompression;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens without zstd-jni: everything but ZSTD works, and ZSTD says what to add. */
final class MissingLibraryTest {
    @Test
    void zstdSaysWhatToAdd() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("zstd-jni")) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> codecs = Class.forName(BodyCodecs.class.getName(), true, without);
            Method open = codecs.getDeclaredMethod("open", byte.class, int.class);
            open.setAccessible(true);
            assertThat(open.invoke(null, BodyCompression.LZ4_FRAME.code(), 1)).isNotNull();
            for (int i = 0; i < 2; i++) {
                assertThat(failure(open))
                        .hasMessageStartingWith("ZSTD needs the library zstd-jni")
                        .hasMessageContaining("add com.github.luben:zstd-jni to the class path");
            }
        }
    }

    private static Throwable failure(Method open) throws IllegalAccessException {
        try {
            open.invoke(null, BodyCompression.ZSTD.code(), 1);
            throw new AssertionError("it was found");
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }
}
