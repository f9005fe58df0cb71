package io.sallyport.core.auth;

import io.sallyport.core.auth.EapMethod.Turn;
import io.sallyport.core.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a conversation that ends here: asks for the identity unless the protocol has done so, offers the first method, and after each Nak the one that the peer wants most of those not
 * offered yet. A packet that is not the answer to the last request gets that request again; a conversation of too many packets ends.
 */
public final class EapServer implements EapConversation {
    private static final int MOST_PACKETS = 20;

    private final List<EapMethod> untried;
    private final List<Integer> refused = new ArrayList<>();
    private @Nullable EapMethod method;
    /** Whether the peer has answered the method with anything but a Nak. */
    private boolean chosen;

    private String identity = "";
    private Octets lastRequest = Octets.EMPTY;
    private int identifier = ThreadLocalRandom.current().nextInt(256);
    private int packets;
    private @Nullable Step ended;

    private EapServer(List<EapMethod> methods) {
        untried = new ArrayList<>(methods);
    }

    /** @param methods for this conversation alone, which closes them; in the order in which they are offered */
    public static EapConversation of(List<EapMethod> methods) {
        return methods.isEmpty() ? EapConversation.REFUSING : new EapServer(methods);
    }

    @Override
    public Step receive(Octets packet) throws InterruptedException {
        if (ended != null) {
            return ended;
        }
        int most = method == null ? MOST_PACKETS : Math.max(MOST_PACKETS, method.mostPackets());
        if (++packets > most) {
            return refuse(RejectReason.BAD_CREDENTIALS, "the EAP conversation has more than " + most + " packets");
        }
        if (packet.isEmpty() && lastRequest.isEmpty()) {
            return ask(EapPackets.IDENTITY, Octets.EMPTY);
        }
        EapPackets.Typed response = EapPackets.response(packet);
        if (response == null) {
            return refuse(RejectReason.BAD_CREDENTIALS, "malformed EAP packet of " + packet.length() + " octets");
        }
        if (lastRequest.isEmpty()) {
            if (response.type() != EapPackets.IDENTITY) {
                return refuse(RejectReason.BAD_CREDENTIALS, "EAP began without an identity");
            }
            // The protocol asked for the identity by itself.
            identifier = response.identifier();
            return identity(response);
        }
        // RFC 3748 §4.1: "The Identifier field of the Response MUST match that of the currently outstanding Request."
        if (response.identifier() != identifier || response.type() == EapPackets.NOTIFICATION) {
            return again();
        }
        if (method == null) {
            return response.type() == EapPackets.IDENTITY ? identity(response) : again();
        }
        return step(method, response);
    }

    private Step identity(EapPackets.Typed response) throws InterruptedException {
        if (response.data().length() > EapPackets.MOST_COMMON_OCTETS) {
            return refuse(RejectReason.BAD_CREDENTIALS, "an EAP identity too long to be one");
        }
        identity = response.text();
        return begin(untried.removeFirst());
    }

    private Step begin(EapMethod next) throws InterruptedException {
        method = next;
        return turned(next, next.begin(identity));
    }

    private Step step(EapMethod current, EapPackets.Typed response) throws InterruptedException {
        if (response.type() == current.type()) {
            chosen = true;
            return turned(current, current.receive(response.data()));
        }
        if (!EapNak.is(response)) {
            return again();
        }
        if (chosen) {
            // RFC 3748 §5.3.1: a Nak answers the first request of a method alone.
            return refuse(
                    RejectReason.BAD_CREDENTIALS,
                    "the peer refuses " + EapPackets.name(current.type()) + " after it had begun");
        }
        if (response.data().length() > EapPackets.MOST_COMMON_OCTETS) {
            return refuse(RejectReason.BAD_CREDENTIALS, "an EAP Nak too long to be one");
        }
        return another(current, EapNak.wanted(response));
    }

    private Step another(EapMethod current, List<Integer> wanted) throws InterruptedException {
        refused.add(current.type());
        current.close();
        for (int type : wanted) {
            for (EapMethod each : untried) {
                if (each.type() == type) {
                    untried.remove(each);
                    return begin(each);
                }
            }
        }
        return refuse(
                RejectReason.METHOD_UNSUPPORTED,
                "the peer refuses " + EapNak.names(refused) + " and asks for " + EapNak.names(wanted));
    }

    private Step turned(EapMethod current, Turn turn) {
        return switch (turn) {
            case Turn.Ask(Octets data) -> ask(current.type(), data);
            case Turn.Again() -> again();
            case Turn.Accept(Grant grant) -> succeed(grant);
            case Turn.Refuse(AuthDecision.Reject reject) -> refuse(reject);
        };
    }

    private Step ask(int type, Octets data) {
        identifier = (identifier + 1) & 0xff;
        lastRequest = EapPackets.request(identifier, type, data);
        return again();
    }

    private Step again() {
        return new Step.Request(lastRequest);
    }

    private Step succeed(Grant grant) {
        // Handed out once: whoever gets it wipes the keys.
        Step success = new Step.Success(EapPackets.end(EapPackets.SUCCESS, identifier), grant);
        refuse(RejectReason.BAD_CREDENTIALS, "the EAP conversation is over");
        return success;
    }

    private Step refuse(RejectReason reason, String detail) {
        return refuse(new AuthDecision.Reject(reason, detail));
    }

    private Step refuse(AuthDecision.Reject reject) {
        Step failure = new Step.Failure(EapPackets.end(EapPackets.FAILURE, identifier), reject);
        ended = failure;
        if (method != null) {
            method.close();
        }
        untried.forEach(EapMethod::close);
        untried.clear();
        return failure;
    }

    @Override
    public void close() {
        if (ended == null) {
            refuse(RejectReason.BAD_CREDENTIALS, "the EAP conversation was given up");
        }
    }
}
