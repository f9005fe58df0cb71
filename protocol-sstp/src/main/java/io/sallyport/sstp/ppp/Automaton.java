package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ControlPacket.CodeReject;
import io.sallyport.sstp.ppp.ControlPacket.Configure;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureNak;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureReject;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.ControlPacket.TerminateAck;
import io.sallyport.sstp.ppp.ControlPacket.TerminateRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.util.List;

/**
 * The option negotiation automaton (RFC 1661 §4) of LCP, IPCP and IPV6CP, at both ends. Two things differ from its table, as pppd has them too: a request that was answered once is
 * answered (a second Ack, Nak or Reject of it is discarded), and the peer's acknowledged request, octet for octet and with its identifier, is a retransmission that gets
 * its Ack once more and opens nothing anew, a few times.
 */
final class Automaton {
    /** RFC 1661 §4.2. */
    enum State {
        INITIAL,
        STARTING,
        CLOSED,
        STOPPED,
        CLOSING,
        STOPPING,
        REQ_SENT,
        ACK_RCVD,
        ACK_SENT,
        OPENED
    }

    /** The actions that concern others (RFC 1661 §4.4). */
    interface Layer {
        void send(ControlPacket packet);

        void layerUp(long nowNanos);

        /** Before anything is sent that follows from it. */
        void layerDown(long nowNanos);

        /** This-Layer-Finished: the lower layer is needed no more. */
        void layerFinished(long nowNanos);

        /** There will be no agreement; called last. */
        void gaveUp(PppEnd end, long nowNanos);
    }

    /**
     * @param maxConfigure RFC 1661 §4.6; also the most requests, of either end, that one negotiation refuses
     */
    record Limits(long retryNanos, int maxConfigure) {}

    // RFC 1661 §4.6: "Max-Terminate ... SHOULD default to two (2)".
    static final int MAX_TERMINATE = 2;
    /** Negotiations anew of one protocol of one link. */
    static final int MAX_RENEGOTIATIONS = 16;

    private final ConfigPolicy policy;
    private final Limits limits;
    private final Layer layer;
    private final RequestAnswers answers;
    private final Alarm restartTimer = new Alarm();
    private State state = State.INITIAL;
    private int restartCount;
    private int lastIdentifier;
    private List<ConfigOption> request = List.of();
    private int requestIdentifier;
    private boolean requestAnswered = true;
    private int ownRequestsRefused;
    private int renegotiations;

    Automaton(ConfigPolicy policy, Limits limits, Layer layer) {
        this.policy = policy;
        this.limits = limits;
        this.layer = layer;
        answers = new RequestAnswers(policy, limits.maxConfigure);
    }

    State state() {
        return state;
    }

    boolean isOpened() {
        return state == State.OPENED;
    }

    /** Whether it may still come to an agreement. */
    boolean isNegotiating() {
        return state == State.REQ_SENT || state == State.ACK_RCVD || state == State.ACK_SENT;
    }

    /** Whether this is the request that was acknowledged, once more. */
    boolean isRepeat(ControlPacket packet) {
        return answers.isRepeat(packet);
    }

    Alarm restartTimer() {
        return restartTimer;
    }

    int nextIdentifier() {
        lastIdentifier = (lastIdentifier + 1) & 0xff;
        return lastIdentifier;
    }

    void up(long now) {
        switch (state) {
            case INITIAL -> state = State.CLOSED;
            case STARTING -> begin(now);
            default -> {}
        }
    }

    void open(long now) {
        switch (state) {
            case INITIAL -> state = State.STARTING;
            case CLOSED -> begin(now);
            case CLOSING -> state = State.STOPPING;
            default -> {}
        }
    }

    void down(long now) {
        State before = state;
        restartTimer.clear();
        state = before == State.INITIAL || before == State.CLOSED || before == State.CLOSING
                ? State.INITIAL
                : State.STARTING;
        if (before == State.OPENED) {
            layer.layerDown(now);
        }
    }

    void close(long now) {
        switch (state) {
            case INITIAL, CLOSED, CLOSING -> {}
            case STARTING -> {
                state = State.INITIAL;
                layer.layerFinished(now);
            }
            case STOPPED -> state = State.CLOSED;
            case STOPPING -> state = State.CLOSING;
            case REQ_SENT, ACK_RCVD, ACK_SENT, OPENED -> {
                boolean opened = isOpened();
                state = State.CLOSING;
                if (opened) {
                    layer.layerDown(now);
                }
                restartCount = MAX_TERMINATE;
                sendTerminateRequest(now);
            }
        }
    }

    /** RXJ-, without the Terminate-Request of the table: RFC 1661 §5.7 forbids to send more of a protocol that was rejected. */
    void stop(long now) {
        boolean opened = isOpened();
        restartTimer.clear();
        state = State.STOPPED;
        if (opened) {
            layer.layerDown(now);
        }
    }

    void timeout(long now) {
        boolean again = restartCount > 0;
        switch (state) {
            case CLOSING, STOPPING -> {
                if (again) {
                    sendTerminateRequest(now);
                } else {
                    finish(state == State.CLOSING ? State.CLOSED : State.STOPPED, now);
                }
            }
            case REQ_SENT, ACK_RCVD, ACK_SENT -> {
                if (again) {
                    state = state == State.ACK_SENT ? State.ACK_SENT : State.REQ_SENT;
                    sendRequest(now);
                } else {
                    finish(State.STOPPED, now);
                }
            }
            default -> {}
        }
    }

    /** @param sentMru the most octets that a packet of ours may have */
    void receive(ControlPacket packet, int sentMru, long now) {
        if (state == State.INITIAL || state == State.STARTING) {
            return;
        }
        switch (packet) {
            case ConfigureRequest p -> configureRequest(p, now);
            case ConfigureAck p -> configureAck(p, now);
            case ConfigureNak p -> refused(p, now);
            case ConfigureReject p -> refused(p, now);
            case TerminateRequest p -> terminateRequest(p, now);
            case TerminateAck _ -> terminateAck(now);
            case CodeReject p -> codeReject(p, now);
            case ControlPacket.ProtocolReject _,
                    ControlPacket.EchoRequest _,
                    ControlPacket.EchoReply _,
                    ControlPacket.DiscardRequest _,
                    ControlPacket.Identification _,
                    ControlPacket.TimeRemaining _,
                    ControlPacket.UnknownCode _ -> {
                Octets unknown = ControlPackets.encode(packet);
                int most = Math.min(unknown.length(), sentMru - ControlPackets.HEADER_OCTETS);
                layer.send(new CodeReject(nextIdentifier(), unknown.slice(0, most)));
            }
        }
    }

    private void configureRequest(ConfigureRequest theirs, long now) {
        switch (state) {
            case CLOSED -> layer.send(new TerminateAck(theirs.identifier(), Octets.EMPTY));
            case STOPPED -> {
                if (mayRenegotiate(now)) {
                    begin(now);
                    answer(theirs, now);
                }
            }
            case REQ_SENT, ACK_RCVD, ACK_SENT -> answer(theirs, now);
            case OPENED -> {
                if (isRepeat(theirs)) {
                    layer.send(answers.repeat(theirs));
                } else if (mayRenegotiate(now)) {
                    layer.layerDown(now);
                    begin(now);
                    answer(theirs, now);
                }
            }
            case INITIAL, STARTING, CLOSING, STOPPING -> {}
        }
    }

    private void answer(ConfigureRequest theirs, long now) {
        Configure answer;
        try {
            answer = answers.answer(theirs);
        } catch (NoAgreementException e) {
            layer.gaveUp(e.end(), now);
            return;
        }
        boolean good = answer instanceof ConfigureAck;
        boolean agreed = good && state == State.ACK_RCVD;
        if (good) {
            state = agreed ? state : State.ACK_SENT;
        } else if (state == State.ACK_SENT) {
            state = State.REQ_SENT;
        }
        layer.send(answer);
        if (agreed) {
            opened(now);
        }
    }

    private void configureAck(ConfigureAck ack, long now) {
        if (isResting(ack)) {
            return;
        }
        // RFC 1661 §5.2: "the Configuration Options in a Configure-Ack MUST exactly match those of the last transmitted
        // Configure-Request. Invalid packets are silently discarded."
        if (!answersRequest(ack) || !ack.options().equals(request)) {
            return;
        }
        requestAnswered = true;
        restartCount = limits.maxConfigure;
        if (state == State.ACK_SENT) {
            opened(now);
        } else {
            state = State.ACK_RCVD;
        }
    }

    /** Nak or Reject. */
    private void refused(Configure answer, long now) {
        if (isResting(answer) || !answersRequest(answer) || answer.options().isEmpty()) {
            return;
        }
        // RFC 1661 §5.4: "the Configuration Options in a Configure-Reject MUST be a proper subset of those in the last
        // transmitted Configure-Request."
        if (answer instanceof ConfigureReject && !request.containsAll(answer.options())) {
            return;
        }
        requestAnswered = true;
        if (++ownRequestsRefused > limits.maxConfigure) {
            layer.gaveUp(new PppEnd(Cause.NEGOTIATION, "the peer refused " + ownRequestsRefused + " requests"), now);
            return;
        }
        try {
            if (answer instanceof ConfigureReject) {
                policy.rejected(answer.options());
            } else {
                policy.naked(answer.options());
            }
        } catch (NoAgreementException e) {
            layer.gaveUp(e.end(), now);
            return;
        }
        restartCount = limits.maxConfigure;
        newRequest(now);
    }

    /** Closed and Stopped answer with Terminate-Ack, Closing and Stopping with nothing. */
    private boolean isResting(Configure answer) {
        if (state == State.CLOSED || state == State.STOPPED) {
            layer.send(new TerminateAck(answer.identifier(), Octets.EMPTY));
        }
        return !isNegotiating() && !isOpened();
    }

    private boolean answersRequest(Configure answer) {
        return !requestAnswered && answer.identifier() == requestIdentifier;
    }

    private void terminateRequest(TerminateRequest theirs, long now) {
        if (isOpened()) {
            state = State.STOPPING;
            layer.layerDown(now);
            restartCount = 0;
            restartTimer.set(now + limits.retryNanos);
        } else if (isNegotiating()) {
            state = State.REQ_SENT;
        }
        layer.send(new TerminateAck(theirs.identifier(), Octets.EMPTY));
    }

    private void terminateAck(long now) {
        switch (state) {
            case CLOSING -> finish(State.CLOSED, now);
            case STOPPING -> finish(State.STOPPED, now);
            case ACK_RCVD -> state = State.REQ_SENT;
            case OPENED -> {
                if (mayRenegotiate(now)) {
                    layer.layerDown(now);
                    begin(now);
                }
            }
            case INITIAL, STARTING, CLOSED, STOPPED, REQ_SENT, ACK_SENT -> {}
        }
    }

    private void codeReject(CodeReject theirs, long now) {
        int code = theirs.rejected().isEmpty() ? 0 : theirs.rejected().at(0) & 0xff;
        boolean needed = code >= ControlPacket.CONFIGURE_REQUEST && code <= ControlPacket.CODE_REJECT;
        if (needed && (isNegotiating() || isOpened())) {
            layer.gaveUp(new PppEnd(Cause.PROTOCOL, "the peer does not know code " + code), now);
        } else if (state == State.ACK_RCVD) {
            state = State.REQ_SENT;
        }
    }

    private boolean mayRenegotiate(long now) {
        if (++renegotiations > MAX_RENEGOTIATIONS) {
            layer.gaveUp(new PppEnd(Cause.NEGOTIATION, "negotiated anew too often"), now);
            return false;
        }
        return true;
    }

    private void begin(long now) {
        state = State.REQ_SENT;
        ownRequestsRefused = 0;
        answers.begin();
        restartCount = limits.maxConfigure;
        policy.begin();
        newRequest(now);
    }

    private void newRequest(long now) {
        request = List.copyOf(policy.request());
        requestIdentifier = nextIdentifier();
        sendRequest(now);
    }

    private void sendRequest(long now) {
        requestAnswered = false;
        restartCount--;
        restartTimer.set(now + limits.retryNanos);
        layer.send(new ConfigureRequest(requestIdentifier, request));
    }

    private void sendTerminateRequest(long now) {
        restartCount--;
        restartTimer.set(now + limits.retryNanos);
        layer.send(new TerminateRequest(nextIdentifier(), Octets.EMPTY));
    }

    private void opened(long now) {
        state = State.OPENED;
        restartTimer.clear();
        layer.layerUp(now);
    }

    private void finish(State next, long now) {
        state = next;
        restartTimer.clear();
        layer.layerFinished(now);
    }
}
