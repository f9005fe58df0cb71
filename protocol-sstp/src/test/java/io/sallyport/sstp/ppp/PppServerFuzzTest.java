package io.sallyport.sstp.ppp;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any frames in any state, with any answers of an authenticator between them and any time: see {@link PppScript}. */
class PppServerFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void theServerKeepsItsWordWhateverTheClientSays(byte[] script) {
        new PppScript(script).run();
    }
}
