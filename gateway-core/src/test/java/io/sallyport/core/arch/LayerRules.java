package io.sallyport.core.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * The rules between packages. A protocol module's test checks them all with one call: {@code LayerRules.checkProtocol("io.sallyport.openvpn")}; a package that the module
 * does not have breaks no rule.
 */
public final class LayerRules {
    /** Pure packages of every protocol: neither clock nor thread nor random source nor channel. */
    private static final String[] PURE = {"wire", "control", "data", "esp", "ppp"};

    private LayerRules() {}

    /** Classes of the main code below this package; never none, so that a mistyped name does not pass. */
    public static JavaClasses mainClasses(String root) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                .importPackages(root);
        if (classes.isEmpty()) {
            throw new AssertionError("there are no classes below " + root);
        }
        return classes;
    }

    /** All rules of a protocol module with this root package. */
    public static void checkProtocol(String root) {
        JavaClasses classes = mainClasses(root);
        protocolRules(root).forEach(rule -> rule.check(classes));
    }

    static List<ArchRule> protocolRules(String root) {
        String[] pure = below(root, PURE);
        return List.of(
                noCycles(root),
                noClock(pure),
                noThreads(pure),
                noRandom(pure),
                channelsOnlyIn(root, below(root, "server", "client")),
                wireKnowsOnlyBuffersAndOctets(root),
                controlKnowsNeitherServerNorClient(root),
                serverKnowsNoClient(root));
    }

    /** No cycle between the packages right below this one. */
    public static ArchRule noCycles(String root) {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
    }

    /** Netty's channels are seen by these packages alone. */
    public static ArchRule channelsOnlyIn(String root, String... packages) {
        return noClasses()
                .that(resideInAnyPackage(root + "..").and(not(resideInAnyPackage(packages))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..")
                .allowEmptyShould(true);
    }

    /** Time is an argument. */
    public static ArchRule noClock(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .accessTargetWhere(readsTheClock())
                .allowEmptyShould(true);
    }

    public static ArchRule noThreads(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat(belongToAnyOf(Thread.class, Executor.class)
                        .or(DescribedPredicate.describe("executors", c -> c.isAssignableTo(Executor.class))))
                .allowEmptyShould(true);
    }

    /** Random octets are arguments. */
    public static ArchRule noRandom(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat(
                        belongToAnyOf(Random.class, SecureRandom.class, ThreadLocalRandom.class, RandomGenerator.class))
                .orShould()
                .accessTargetWhere(calls(Math.class, "random"))
                .orShould()
                .accessTargetWhere(calls(java.util.UUID.class, "randomUUID"))
                .allowEmptyShould(true);
    }

    private static ArchRule wireKnowsOnlyBuffersAndOctets(String root) {
        DescribedPredicate<JavaClass> allowed = resideInAnyPackage(
                "java..",
                "javax.crypto..",
                "org.jspecify..",
                "io.netty.buffer..",
                "io.netty.util..",
                "io.sallyport.core.octets..",
                "io.sallyport.core.packet..",
                root + ".wire..");
        return noClasses()
                .that()
                .resideInAPackage(root + ".wire..")
                .should()
                .dependOnClassesThat(not(allowed.or(DescribedPredicate.describe("primitive", JavaClass::isPrimitive))
                        .or(DescribedPredicate.describe("array", JavaClass::isArray))))
                .allowEmptyShould(true);
    }

    private static ArchRule controlKnowsNeitherServerNorClient(String root) {
        return noClasses()
                .that()
                .resideInAnyPackage(below(root, PURE))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(below(root, "server", "client"))
                .allowEmptyShould(true);
    }

    /** Both ends may share {@code wire}, {@code control} and {@code data}, and no more. */
    private static ArchRule serverKnowsNoClient(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".client..")
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
        return DescribedPredicate.describe("reads the clock", access -> {
            String owner = access.getTargetOwner().getName();
            String name = access.getTarget().getName();
            boolean system =
                    owner.equals("java.lang.System") && (name.equals("nanoTime") || name.equals("currentTimeMillis"));
            boolean now = owner.startsWith("java.time.") && (name.equals("now") || name.startsWith("system"));
            return system || now || (owner.equals("java.util.Date") && name.equals("<init>"));
        });
    }

    private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String method) {
        return DescribedPredicate.describe(
                "calls " + owner.getSimpleName() + "." + method,
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && access.getTarget().getName().equals(method));
    }

    private static String[] below(String root, String... packages) {
        return Arrays.stream(packages).map(p -> root + "." + p + "..").toArray(String[]::new);
    }
}
