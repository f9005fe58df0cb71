package io.sallyport.core.port443;

import io.sallyport.core.tls.TestPki;

/** Made once, and only for who needs them: an RSA key takes its time. */
final class TestKeys {
    static final TestPki RSA = new TestPki(TestPki.Keys.RSA);
    static final TestPki ECDSA = new TestPki(TestPki.Keys.ECDSA);

    private TestKeys() {}
}
