package io.sallyport.sstp.ppp;

import io.sallyport.sstp.ppp.ControlPacket.Configure;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureNak;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureReject;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the peer's Configure-Requests of one negotiation were answered, and how often that may be a refusal. */
final class RequestAnswers {
    // RFC 1661 §4.6: "Max-Failure ... SHOULD default to five (5)".
    static final int MAX_FAILURE = 5;
    /** Retransmissions of an acknowledged request that open nothing anew. */
    static final int MAX_REPEATS = 5;

    private final ConfigPolicy policy;
    private final int mostRefused;
    private @Nullable ConfigureRequest acknowledged;
    private int repeats;
    private int refused;
    private int naksSent;

    RequestAnswers(ConfigPolicy policy, int mostRefused) {
        this.policy = policy;
        this.mostRefused = mostRefused;
    }

    void begin() {
        acknowledged = null;
        refused = 0;
        naksSent = 0;
    }

    /** Whether this is the request that was acknowledged, once more. */
    boolean isRepeat(ControlPacket packet) {
        return packet.equals(acknowledged) && repeats < MAX_REPEATS;
    }

    ConfigureAck repeat(ConfigureRequest theirs) {
        repeats++;
        return new ConfigureAck(theirs.identifier(), theirs.options());
    }

    Configure answer(ConfigureRequest theirs) throws NoAgreementException {
        ConfigPolicy.Judgement judgement = policy.judge(theirs.options());
        if (judgement.rejects().isEmpty() && judgement.naks().isEmpty()) {
            acknowledged = theirs;
            repeats = 0;
            policy.acknowledged(theirs.options());
            return new ConfigureAck(theirs.identifier(), theirs.options());
        }
        if (++refused > mostRefused) {
            throw new NoAgreementException(Cause.NEGOTIATION, refused + " Configure-Requests were refused");
        }
        if (!judgement.rejects().isEmpty()) {
            return new ConfigureReject(theirs.identifier(), judgement.rejects());
        }
        if (++naksSent <= MAX_FAILURE) {
            return new ConfigureNak(theirs.identifier(), judgement.naks());
        }
        return new ConfigureReject(theirs.identifier(), insteadOfNak(theirs, judgement.naks()));
    }

    // RFC 1661 §4.6: "any further Configure-Nak packets for peer requested options are converted to Configure-Reject
    // packets, and locally desired options are no longer appended."
    private static List<ConfigOption> insteadOfNak(ConfigureRequest theirs, List<ConfigOption> naks)
            throws NoAgreementException {
        List<ConfigOption> rejects = theirs.options().stream()
                .filter(each -> ConfigOption.listed(naks, each.type()))
                .toList();
        if (rejects.isEmpty()) {
            throw new NoAgreementException(Cause.NEGOTIATION, "the peer does not ask for what it was told to");
        }
        return rejects;
    }
}
