package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;

/** The client's end of one PPP link without I/O, for tests, demo and load. */
@SuppressWarnings("DoNotCallSuggester") // to come
public final class PppClient {
    public PppClient(PppLogin login, int mru, RandomOctets random, PppClientOut out) {
        throw new UnsupportedOperationException("to come");
    }

    public void start(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    public void receive(int protocol, Octets information, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /** Negotiates LCP once more, from the beginning. */
    public void renegotiate(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    public void terminate(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    public void wake(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }
}
