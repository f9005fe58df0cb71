package io.sallyport.daemon;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sallyport.daemon");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.sallyport.daemon.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyCommandsKnowTheCommandLine() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages("io.sallyport.daemon.cli", "io.sallyport.daemon")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sallyport.daemon.cli..", "picocli..")
                .check(CLASSES);
    }
}
