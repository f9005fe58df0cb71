package io.sallyport.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** {@code udp} and {@code tcp} in the full run; the one that tells more in the representative run. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(Transports.Provider.class)
@interface Transports {
    String representative();

    final class Provider extends AnnotationBasedArgumentsProvider<Transports> {
        @Override
        protected Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context, Transports transports) {
            return InteropMode.pick(Stream.of(transports.representative()), Stream.of("udp", "tcp"))
                    .map(Arguments::of);
        }
    }
}
