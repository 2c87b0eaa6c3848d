package dev.peregrine.interop;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Set;

/** The directions that neither Maven nor the module descriptors can enforce: inside a module, and in signatures. */
@AnalyzeClasses(packages = "dev.peregrine", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String[] PUBLIC_API = {
        "dev.peregrine.protocol",
        "dev.peregrine.protocol.error",
        "dev.peregrine.protocol.options",
        "dev.peregrine.protocol.session",
        "dev.peregrine.client..",
        "dev.peregrine.server.."
    };

    private static final String[] HIDDEN = {
        "io.netty..",
        "com.google.protobuf..",
        "dev.peregrine.proto..",
        "dev.peregrine.transport..",
        "dev.peregrine.protocol.wire.."
    };

    @ArchTest
    static final ArchRule theTransportKnowsNoArrowAndNoFlight = noClasses()
            .that()
            .resideInAPackage("dev.peregrine.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.arrow..", "com.google.protobuf..", "dev.peregrine.proto..");

    @ArchTest
    static final ArchRule errorsAreAtTheBottomOfTheProtocol = classes()
            .that()
            .resideInAPackage("dev.peregrine.protocol.error")
            .should(never(dependOnClassesThat(resideInAnyPackage("dev.peregrine..", "io.netty..", "org.apache.arrow..")
                    .and(not(resideInAnyPackage("dev.peregrine.protocol.error", "dev.peregrine.protocol"))))));

    @ArchTest
    static final ArchRule clientAndServerDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage("dev.peregrine.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.peregrine.server..", "dev.peregrine.cli..")
            .andShould(never(dependOnClassesThat(resideInAnyPackage("dev.peregrine.bench.."))));

    @ArchTest
    static final ArchRule theServerDoesNotKnowTheFolder = noClasses()
            .that()
            .resideInAPackage("dev.peregrine.server")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.peregrine.server.folder", "dev.peregrine.client..", "dev.peregrine.cli..");

    @ArchTest
    static final ArchRule theFolderUsesWhatAnyServiceCanUse = noClasses()
            .that()
            .resideInAPackage("dev.peregrine.server.folder")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HIDDEN);

    @ArchTest
    static final ArchRule theCommandLineUsesTheApiThatUsersHave = noClasses()
            .that()
            .resideInAPackage("dev.peregrine.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HIDDEN);

    @ArchTest
    static final ArchRule publicSignaturesHideTheWire = classes()
            .that()
            .resideInAnyPackage(PUBLIC_API)
            // Their modules do not export them.
            .and()
            .resideOutsideOfPackages(
                    "dev.peregrine.client.call", "dev.peregrine.client.config", "dev.peregrine.server.reflection")
            .and()
            .arePublic()
            .should(nameNothingHidden());

    /** Looks at what a user can see of a class: supertypes, public and protected members, and their generic types. */
    private static ArchCondition<JavaClass> nameNothingHidden() {
        return new ArchCondition<>("name no type of Netty, protobuf or the wire in what users see") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<JavaClass> seen = new HashSet<>(type.getAllRawSuperclasses());
                seen.addAll(type.getAllRawInterfaces());
                report(type, type.getFullName(), seen, events);
                for (JavaField field : type.getFields()) {
                    if (isVisible(field.getModifiers())) {
                        report(type, field.getFullName(), field.getType().getAllInvolvedRawTypes(), events);
                    }
                }
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (isVisible(unit.getModifiers())) {
                        Set<JavaClass> named =
                                new HashSet<>(unit.getReturnType().getAllInvolvedRawTypes());
                        unit.getParameterTypes().forEach(p -> named.addAll(p.getAllInvolvedRawTypes()));
                        named.addAll(unit.getExceptionTypes());
                        report(type, unit.getFullName(), named, events);
                    }
                }
            }
        };
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static void report(JavaClass type, String where, Set<JavaClass> named, ConditionEvents events) {
        for (JavaClass hidden : named) {
            if (resideInAnyPackage(HIDDEN).test(hidden)) {
                events.add(SimpleConditionEvent.violated(type, where + " shows " + hidden.getFullName()));
            }
        }
    }
}
