package io.sallyport.interop;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a {@link Lab} to a method that asks for one: a method before all tests of a class, one for all of them; a
 * method before each test, one for each. It is closed after them, and what a test started ends with that test unless
 * the class {@link Interop#processesStay keeps it}.
 */
final class LabProvider implements ParameterResolver, AfterEachCallback {
    private static final Namespace LABS = Namespace.create(LabProvider.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Lab resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(LABS).computeIfAbsent(Lab.class, key -> Lab.open(), Lab.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Interop interop = context.getRequiredTestClass().getAnnotation(Interop.class);
        Lab lab = context.getStore(LABS).get(Lab.class, Lab.class);
        if (lab != null && !interop.processesStay()) {
            lab.endProcesses();
        }
    }
}
