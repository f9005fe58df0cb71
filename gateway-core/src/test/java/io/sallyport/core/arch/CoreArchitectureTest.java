package io.sallyport.core.arch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoreArchitectureTest {
    private static final String ROOT = "io.sallyport.core";
    private static final String[] PURE = {ROOT + ".packet..", ROOT + ".crypto..", ROOT + ".octets.."};

    private static final JavaClasses CORE = LayerRules.mainClasses(ROOT);

    @Test
    void packagesHaveNoCycles() {
        LayerRules.noCycles(ROOT).check(CORE);
    }

    @Test
    void channelsAreSeenOnlyAtTheEdges() {
        LayerRules.channelsOnlyIn(ROOT, ROOT + ".worker..", ROOT + ".tun..", ROOT + ".udp..", ROOT + ".port443..")
                .check(CORE);
    }

    @Test
    void packetsCiphersAndOctetsKnowNeitherTimeNorThreadsNorChance() {
        // Calibration measures the ciphers once, at start-up.
        JavaClasses timeless =
                CORE.that(DescribedPredicate.not(JavaClass.Predicates.simpleNameStartingWith("Calibration")));
        LayerRules.noClock(PURE).check(timeless);
        LayerRules.noThreads(PURE).check(CORE);
        LayerRules.noRandom(PURE).check(CORE);
    }

    /** A clock that is set changes no timer, no order and no age: {@code Session.openedAt}, for people, alone is read from it. Certificates are judged by a clock that is given. */
    @Test
    void wallClockIsReadInOnePlace() {
        DescribedPredicate<JavaAccess<?>> wallClock = DescribedPredicate.describe(
                "reads of the wall clock",
                access -> (access.getTargetOwner().getPackageName().equals("java.time")
                                && List.of("now", "systemUTC", "systemDefaultZone")
                                        .contains(access.getName()))
                        || access.getName().equals("currentTimeMillis"));
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.sallyport.core.session.Session")
                .should()
                .accessTargetWhere(wallClock)
                .check(CORE);
    }

    @Test
    void coreNamesNoProtocol() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage(ROOT + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sallyport.openvpn..", "io.sallyport.sstp..", "io.sallyport.ikev2..")
                .check(CORE);
    }

    @Test
    void onlyTheAssemblyKnowsTheAssembly() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CORE);
    }

    /** The rules themselves, against a class that breaks each. */
    @Test
    void rulesFindWhatTheyForbid() {
        JavaClasses sinner = new ClassFileImporter().importClasses(Sinner.class);
        String here = ROOT + ".arch..";
        assertThatThrownBy(() -> LayerRules.noClock(here).check(sinner)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> LayerRules.noThreads(here).check(sinner)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> LayerRules.noRandom(here).check(sinner)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() ->
                        LayerRules.channelsOnlyIn(ROOT, ROOT + ".worker..").check(sinner))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> LayerRules.mainClasses("io.sallyport.mistyped"))
                .isInstanceOf(AssertionError.class);
    }

    @SuppressWarnings("unused")
    private static final class Sinner {
        private final java.security.SecureRandom random = new java.security.SecureRandom();
        private final Thread thread = Thread.currentThread();
        private final long now = System.nanoTime();
        private io.netty.channel.@org.jspecify.annotations.Nullable Channel channel;
    }
}
