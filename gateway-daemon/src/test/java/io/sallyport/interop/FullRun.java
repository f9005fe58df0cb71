package io.sallyport.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A test of the full run only, where another stands for it in the representative run. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfEnvironmentVariable(
        named = "SALLYPORT_INTEROP",
        matches = "full",
        disabledReason = "only with SALLYPORT_INTEROP=full")
@interface FullRun {}
