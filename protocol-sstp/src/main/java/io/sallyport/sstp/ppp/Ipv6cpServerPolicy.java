package io.sallyport.sstp.ppp;

import java.util.ArrayList;
import java.util.List;

/** IPV6CP (RFC 5072) at the server: the client gets the interface identifier of its lease. */
final class Ipv6cpServerPolicy implements ConfigPolicy {
    static final int INTERFACE_IDENTIFIER = 1;

    private final ConfigOption lease;
    private final ConfigOption gateway;
    private boolean asksIdentifier;

    Ipv6cpServerPolicy(long lease, long gateway) {
        this.lease = ConfigOption.ofLong(INTERFACE_IDENTIFIER, lease);
        this.gateway = ConfigOption.ofLong(INTERFACE_IDENTIFIER, gateway);
    }

    @Override
    public void begin() {
        asksIdentifier = true;
    }

    @Override
    public List<ConfigOption> request() {
        return asksIdentifier ? List.of(gateway) : List.of();
    }

    @Override
    public Judgement judge(List<ConfigOption> theirs) {
        List<ConfigOption> naks = new ArrayList<>();
        List<ConfigOption> rejects = new ArrayList<>();
        boolean seen = false;
        for (ConfigOption option : theirs) {
            if (option.type() != INTERFACE_IDENTIFIER || seen) {
                rejects.add(option);
            } else if (!option.equals(lease)) {
                // Zero, ours and any other: RFC 5072 §4.1 lets the one who knows a better identifier say so.
                naks.add(lease);
            }
            seen |= option.type() == INTERFACE_IDENTIFIER;
        }
        if (!seen) {
            naks.add(lease);
        }
        return new Judgement(naks, rejects);
    }

    @Override
    public void acknowledged(List<ConfigOption> theirs) {}

    /** Ours is what it is. */
    @Override
    public void naked(List<ConfigOption> better) {}

    @Override
    public void rejected(List<ConfigOption> options) {
        asksIdentifier = false;
    }
}
