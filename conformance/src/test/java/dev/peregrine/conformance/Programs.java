package dev.peregrine.conformance;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Where the suites' programs are: in the folder that the environment's {@code PEREGRINE_PROGRAMS} names, else on the
 * path. Tests whose program is missing are skipped, but fail where it must be there: with {@code CI=true} in the
 * environment or with {@code -Dperegrine.interop.required=true}, unless the environment's {@code PEREGRINE_WITHOUT} is
 * that program's name. Any thread.
 */
public final class Programs implements ExecutionCondition {
    Programs() {}

    /** Where the program is; throws if it is nowhere. */
    public static Path find(String name) {
        Path found = look(name);
        if (found == null) {
            throw new IllegalStateException(missing(List.of(name)));
        }
        return found;
    }

    private static @Nullable Path look(String name) {
        String own = System.getenv("PEREGRINE_PROGRAMS");
        String path = System.getenv("PATH");
        return Stream.concat(
                        Stream.ofNullable(own),
                        Stream.ofNullable(path).flatMap(p -> Stream.of(p.split(File.pathSeparator))))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private static String missing(List<String> names) {
        return String.join(", ", names)
                + (names.size() == 1 ? " is" : " are")
                + " neither in the folder that PEREGRINE_PROGRAMS names nor on the path; CONTRIBUTING.md says how to"
                + " install the suites' programs";
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = new ArrayList<>();
        AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class)
                .ifPresent(needed -> Stream.of(needed.value())
                        .filter(name -> look(name) == null)
                        .forEach(missing::add));
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("nothing is missing");
        }
        boolean excused = missing.equals(List.of(String.valueOf(System.getenv("PEREGRINE_WITHOUT"))));
        if (!excused && ("true".equals(System.getenv("CI")) || Boolean.getBoolean("peregrine.interop.required"))) {
            throw new IllegalStateException(missing(missing));
        }
        return ConditionEvaluationResult.disabled(missing(missing));
    }
}
