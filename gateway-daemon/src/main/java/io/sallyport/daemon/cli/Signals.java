package io.sallyport.daemon.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles signals through sun.misc.Signal, by reflection: to name it is a warning that nothing can silence. */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Runs the task on a thread of the JVM each time; it must not wait. */
    @SuppressWarnings("ReferenceEquality") // a proxy equals itself alone
    static void on(String name, Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            task.run();
                            return null;
                        }
                        // Object's methods, of which equals is the only one that Signal calls
                        return method.getName().equals("equals")
                                ? (Object) (arguments != null && self == arguments[0])
                                : null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            log.warn("signal SIG{} cannot be handled on this JVM", name, e);
        }
    }
}
