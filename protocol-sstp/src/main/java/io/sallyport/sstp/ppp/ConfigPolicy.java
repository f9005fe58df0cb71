package io.sallyport.sstp.ppp;

import java.util.List;

/** What one control protocol asks of the peer and lets it have; the {@link Automaton} does the rest. */
interface ConfigPolicy {
    /** A negotiation begins: forget what the last one brought. */
    void begin();

    /** The options of our next Configure-Request. */
    List<ConfigOption> request();

    /** Judges the peer's Configure-Request. */
    Judgement judge(List<ConfigOption> theirs);

    /** The peer's Configure-Request was acknowledged: these count. */
    void acknowledged(List<ConfigOption> theirs);

    void naked(List<ConfigOption> better) throws NoAgreementException;

    void rejected(List<ConfigOption> options) throws NoAgreementException;

    /**
     * @param naks what the peer should ask for instead, perhaps with options that it did not name
     * @param rejects as the peer sent them
     */
    record Judgement(List<ConfigOption> naks, List<ConfigOption> rejects) {
        public Judgement {
            naks = List.copyOf(naks);
            rejects = List.copyOf(rejects);
        }
    }
}
