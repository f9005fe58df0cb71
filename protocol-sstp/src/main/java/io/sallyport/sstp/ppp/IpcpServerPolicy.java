package io.sallyport.sstp.ppp;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** IPCP at the server: the client gets its lease and the name servers, and nothing else. */
final class IpcpServerPolicy implements ConfigPolicy {
    private final Inet4Address lease;
    private final Inet4Address gateway;
    private final List<Inet4Address> dns;
    private boolean asksAddress;

    IpcpServerPolicy(Inet4Address lease, Inet4Address gateway, List<Inet4Address> dns) {
        this.lease = lease;
        this.gateway = gateway;
        this.dns = List.copyOf(dns);
    }

    @Override
    public void begin() {
        asksAddress = true;
    }

    @Override
    public List<ConfigOption> request() {
        return asksAddress ? List.of(IpcpOptions.of(IpcpOptions.ADDRESS, gateway)) : List.of();
    }

    @Override
    public Judgement judge(List<ConfigOption> theirs) {
        List<ConfigOption> naks = new ArrayList<>();
        List<ConfigOption> rejects = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (ConfigOption option : theirs) {
            Inet4Address given = seen.add(option.type()) ? given(option.type()) : null;
            if (given == null) {
                rejects.add(option);
            } else if (!IpcpOptions.of(option.type(), given).equals(option)) {
                naks.add(IpcpOptions.of(option.type(), given));
            }
        }
        if (!seen.contains(IpcpOptions.ADDRESS)) {
            naks.add(IpcpOptions.of(IpcpOptions.ADDRESS, lease));
        }
        return new Judgement(naks, rejects);
    }

    /** Null for what is rejected: compression (RFC 1144), NetBIOS name servers, the addresses of RFC 1172. */
    private @Nullable Inet4Address given(int type) {
        return switch (type) {
            case IpcpOptions.ADDRESS -> lease;
            case IpcpOptions.PRIMARY_DNS -> dns.isEmpty() ? null : dns.getFirst();
            case IpcpOptions.SECONDARY_DNS -> dns.size() < 2 ? null : dns.get(1);
            default -> null;
        };
    }

    @Override
    public void acknowledged(List<ConfigOption> theirs) {}

    /** Our address is what it is. */
    @Override
    public void naked(List<ConfigOption> better) {}

    @Override
    public void rejected(List<ConfigOption> options) {
        asksAddress = false;
    }
}
