package io.sallyport.sstp.server;

import io.sallyport.core.worker.Worker;

/** The end of a connection is many steps, none of which a bug in another may keep from happening. */
final class Ending {
    private Ending() {}

    static void step(Worker worker, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            worker.report("the end of an SSTP connection", bug);
        }
    }
}
