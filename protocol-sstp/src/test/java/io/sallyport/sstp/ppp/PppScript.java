package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.SstpPacket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PppServer} whose client and authenticator do what octets say: the first is the {@link #TERMS}, and then one octet a step, with a length of two octets and
 * a frame, or with seconds, where the step wants them. Whatever they say, the server keeps its word.
 */
final class PppScript implements PppServerOut {
    static final int FRAME = 0;
    static final int ACCEPT = 1;
    static final int ACCEPT_WITHOUT_MESSAGE = 2;
    static final int REFUSE = 3;
    static final int EAP_REQUEST = 4;
    static final int EAP_SUCCESS = 5;
    static final int EAP_FAILURE = 6;
    static final int WAIT = 7;
    static final int TERMINATE = 8;
    private static final int STEPS = 9;

    /** An answer, and the layers that it opens and closes: Configure-Ack and a request of LCP, or those of both families. */
    private static final int MOST_FRAMES = 5;
    /** The server's own words, beside what comes back to the client from its own frame. */
    private static final int MOST_OWN_OCTETS = 300;

    private static final int MOST_FRAME_OCTETS = SstpPacket.MAX_OCTETS - SstpPacket.HEADER_OCTETS;
    /** After which nobody is half on the way any more, when nobody says anything. */
    private static final int REST_SECONDS = 300;

    private static final List<PppTerms> TERMS = List.of(
            terms(AuthProtocol.MS_CHAP_V2),
            terms(AuthProtocol.PAP),
            terms(AuthProtocol.EAP),
            terms(AuthProtocol.EAP, AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP));

    private final ByteBuf script;
    private final Set<Family> open = EnumSet.noneOf(Family.class);
    final PppServer ppp;
    private long now = Long.MAX_VALUE - 20 * SECOND;
    private int frames;
    private int octets;
    private int eapIdentifier;
    private boolean eapAsked;
    private boolean accepting;
    private boolean authenticated;
    private @Nullable AuthRequest question;
    private @Nullable Long wakeAt;

    @Nullable
    PppEnd end;

    PppScript(byte[] octets) {
        script = Unpooled.wrappedBuffer(octets);
        int terms = script.isReadable() ? script.readUnsignedByte() : 0;
        ppp = new PppServer(TERMS.get(terms % TERMS.size()), ServerEnd.CONTEXT, ServerEnd.random(7), this);
        ppp.start(now);
        settle(0);
    }

    private static PppTerms terms(AuthProtocol... protocols) {
        PppTerms usual = ServerEnd.terms(protocols);
        return new PppTerms(
                usual.authentication(),
                usual.serverName(),
                usual.mru(),
                usual.retry(),
                usual.maxConfigure(),
                usual.authenticateWithin(),
                Duration.ofSeconds(20),
                usual.maxEchoes(),
                usual.maxPasswords());
    }

    void run() {
        while (script.isReadable()) {
            step(script.readUnsignedByte() % STEPS);
        }
        waitFor(REST_SECONDS);
        // Whoever was asked who the client is has all the time that it takes.
        assertThat(end != null || !open.isEmpty() || eapAsked || question != null)
                .as("over, or open, or about to be one of both")
                .isTrue();
    }

    private void step(int step) {
        switch (step) {
            case FRAME -> frame();
            case WAIT -> waitFor(script.isReadable() ? script.readUnsignedByte() : 1);
            case TERMINATE -> {
                ppp.terminate("as told", now);
                settle(0);
            }
            case EAP_REQUEST, EAP_SUCCESS, EAP_FAILURE -> eapAnswer(step);
            default -> answer(step);
        }
    }

    private void frame() {
        int said = script.readableBytes() < 2 ? 0 : script.readUnsignedShort();
        ByteBuf frame = script.readSlice(Math.min(Math.min(said, script.readableBytes()), MOST_FRAME_OCTETS));
        int at = PppFrame.informationAt(frame);
        if (at != PppFrame.MALFORMED) {
            int protocol = PppFrame.protocol(frame);
            frame.readerIndex(at);
            if (protocol == PppProtocol.PAP) {
                ppp.receivePap(Secret.takenFrom(frame), now);
            } else {
                ppp.receive(protocol, Octets.read(frame), now);
            }
            settle(frame.writerIndex());
        }
    }

    private void answer(int step) {
        AuthRequest asked = question;
        if (asked == null) {
            return;
        }
        question = null;
        if (step == REFUSE) {
            ppp.refused(RejectReason.BAD_CREDENTIALS, null, now);
        } else {
            accepting = true;
            boolean proof = step == ACCEPT && asked instanceof AuthRequest.MsChapV2;
            ppp.accepted(proof ? "S=" + "0".repeat(40) : null, ServerEnd.network(), now);
            accepting = false;
        }
        settle(0);
    }

    private void eapAnswer(int step) {
        if (!eapAsked) {
            return;
        }
        eapAsked = false;
        switch (step) {
            case EAP_REQUEST ->
                ppp.eapRequest(EapPackets.request(++eapIdentifier & 0xff, EapPackets.TLS, Octets.of((byte) 0x20)), now);
            case EAP_SUCCESS -> {
                accepting = true;
                ppp.eapSuccess(EapPackets.end(EapPackets.SUCCESS, eapIdentifier & 0xff), ServerEnd.network(), now);
                accepting = false;
            }
            default ->
                ppp.eapFailure(
                        EapPackets.end(EapPackets.FAILURE, eapIdentifier & 0xff), RejectReason.BAD_CREDENTIALS, now);
        }
        settle(0);
    }

    private void waitFor(int seconds) {
        long until = now + seconds * SECOND;
        int wakes = 0;
        for (Long at = wakeAt; at != null && at - until <= 0; at = wakeAt) {
            assertThat(++wakes).as("wakes in %d seconds", seconds).isLessThan(2 * seconds + 10);
            wakeAt = null;
            now = at - now > 0 ? at : now;
            ppp.wake(now);
            settle(0);
        }
        now = until;
    }

    /** What one step made is bounded. */
    private void settle(int received) {
        assertThat(frames).as("frames").isLessThanOrEqualTo(MOST_FRAMES);
        assertThat(octets).as("octets").isLessThanOrEqualTo(received + MOST_OWN_OCTETS);
        frames = 0;
        octets = 0;
    }

    @Override
    public void send(int protocol, Octets information) {
        assertThat(end).as("sends after its end").isNull();
        assertThat(information.length() + PppFrame.MAX_HEADER_OCTETS)
                .as("fits into a packet of SSTP")
                .isLessThanOrEqualTo(MOST_FRAME_OCTETS);
        frames++;
        octets += information.length();
        try {
            switch (protocol) {
                case PppProtocol.PAP -> PapPacket.decode(information);
                case PppProtocol.CHAP -> ChapPacket.decode(information);
                case PppProtocol.EAP -> EapHeader.decode(information);
                case PppProtocol.LCP -> ControlPackets.decode(information);
                default -> {
                    assertThat(authenticated).as("negotiates a family").isTrue();
                    ControlPackets.decode(information);
                }
            }
        } catch (PppException e) {
            throw new AssertionError("sends what is no packet", e);
        }
    }

    @Override
    public void authenticate(AuthRequest request) {
        assertThat(authenticated).as("asks again who it is").isFalse();
        assertThat(question).as("asks while it waits for an answer").isNull();
        if (request instanceof AuthRequest.Password password) {
            password.password().close();
        }
        question = request;
    }

    @Override
    public void eap(Octets response) {
        assertThat(authenticated).as("asks again who it is").isFalse();
        assertThat(eapAsked).as("asks while it waits for an answer").isFalse();
        assertThat(response.isEmpty() || EapPackets.response(response) != null).isTrue();
        eapAsked = true;
    }

    @Override
    public void authenticated() {
        assertThat(accepting).as("authenticated by a yes").isTrue();
        assertThat(authenticated).as("authenticated twice").isFalse();
        authenticated = true;
    }

    @Override
    public void opened(Family family) {
        assertThat(authenticated).as("%s without authentication", family).isTrue();
        assertThat(end).isNull();
        assertThat(open.add(family)).as("%s opened twice", family).isTrue();
    }

    @Override
    public void closed(Family family) {
        assertThat(open.remove(family)).as("%s closed twice", family).isTrue();
    }

    @Override
    public void discarded() {}

    @Override
    public void wakeAt(long nanos) {
        assertThat(end).isNull();
        wakeAt = nanos;
    }

    @Override
    public void ended(PppEnd why) {
        assertThat(end).as("ends twice").isNull();
        assertThat(open).as("open at the end").isEmpty();
        end = why;
        wakeAt = null;
    }
}
