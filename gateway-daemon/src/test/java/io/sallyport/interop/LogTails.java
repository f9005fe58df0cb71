package io.sallyport.interop;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Puts the tails of every process's log into the message of whatever failed, which stands at both ends: reports are cut. */
final class LogTails implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withTails(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withTails(failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withTails(failure);
    }

    private static Throwable withTails(Throwable failure) {
        if (failure instanceof TestAbortedException) {
            return failure;
        }
        String tails = Lab.openLabsTails();
        return tails.isEmpty()
                ? failure
                : new AssertionError(failure.getMessage() + "\n" + tails + "\n" + failure.getMessage(), failure);
    }
}
