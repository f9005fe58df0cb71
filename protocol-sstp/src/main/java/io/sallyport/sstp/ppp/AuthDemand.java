package io.sallyport.sstp.ppp;

import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which authentication a server asks for: what is left of the configured ones, in their order, after what the client refused. */
final class AuthDemand {
    private final List<AuthProtocol> configured;
    private final List<AuthProtocol> left;
    private boolean waived;

    AuthDemand(List<AuthProtocol> configured) {
        this.configured = List.copyOf(configured);
        left = new ArrayList<>(configured);
    }

    /** A negotiation begins: all are offered again. */
    void begin() {
        left.clear();
        left.addAll(configured);
    }

    /** The client has said who it is and is not asked again. */
    void waive() {
        waived = true;
    }

    /** Null when none is asked for. */
    @Nullable
    AuthProtocol current() {
        return waived || left.isEmpty() ? null : left.getFirst();
    }

    /**
     * The client named others instead of the current one: the first of them that is left comes next, or else what is configured next.
     *
     * <p>RFC 1661 §6.2: "If that protocol is Configure-Nak'd, then the implementation SHOULD attempt the next most desirable protocol in the next
     * Configure-Request."
     */
    void refuse(List<ConfigOption> named) throws NoAgreementException {
        if (waived) {
            return;
        }
        left.removeFirst();
        named.stream()
                .filter(each -> each.type() == AuthOption.TYPE)
                .map(AuthOption::read)
                .filter(Objects::nonNull)
                .filter(left::contains)
                .findFirst()
                .ifPresent(wanted -> {
                    left.remove(wanted);
                    left.addFirst(wanted);
                });
        if (left.isEmpty()) {
            throw new NoAgreementException(
                    Cause.AUTHENTICATION, "the client accepts no way of authentication that is offered");
        }
    }
}
