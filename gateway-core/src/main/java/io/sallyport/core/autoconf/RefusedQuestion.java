package io.sallyport.core.autoconf;

import io.sallyport.core.worker.Verdict;

/** A question that gets no answer. Has no stack trace: it is counted, not an accident. */
final class RefusedQuestion extends Exception {
    private static final long serialVersionUID = 1;

    private final Verdict verdict;

    private RefusedQuestion(Verdict verdict, String detail) {
        super(detail, null, false, false);
        this.verdict = verdict;
    }

    static RefusedQuestion malformed(String detail) {
        return new RefusedQuestion(Verdict.MALFORMED_IP, detail);
    }

    /** From an address that is not the asker's. */
    static RefusedQuestion spoofed(String detail) {
        return new RefusedQuestion(Verdict.SPOOFED_SOURCE, detail);
    }

    Verdict verdict() {
        return verdict;
    }
}
