package io.sallyport.sstp;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.sallyport.core.arch.LayerRules;
import org.junit.jupiter.api.Test;

class SstpArchitectureTest {
    @Test
    void packagesKeepToTheirLayers() {
        assertThatCode(() -> LayerRules.checkProtocol("io.sallyport.sstp")).doesNotThrowAnyException();
    }
}
