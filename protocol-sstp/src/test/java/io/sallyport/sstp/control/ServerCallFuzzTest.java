package io.sallyport.sstp.control;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any messages in any state, with authentication and time between them: see {@link CallScript}. */
class ServerCallFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void nobodyIsConnectedWithoutARightBinding(byte[] script) {
        new CallScript(script).run();
    }
}
