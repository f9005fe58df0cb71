package io.sallyport.core.worker;

/** A task that waits for its time on a worker. */
@FunctionalInterface
public interface Timer {
    /** On the worker: afterwards the task will not run. */
    void cancel();
}
