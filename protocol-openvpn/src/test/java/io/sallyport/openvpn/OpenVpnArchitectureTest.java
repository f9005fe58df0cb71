package io.sallyport.openvpn;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.sallyport.core.arch.LayerRules;
import org.junit.jupiter.api.Test;

class OpenVpnArchitectureTest {
    @Test
    void packagesKeepToTheirLayers() {
        assertThatCode(() -> LayerRules.checkProtocol("io.sallyport.openvpn")).doesNotThrowAnyException();
    }
}
