package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** IPCP at the client: takes the address and the name servers that the server names. */
final class IpcpClientPolicy implements ConfigPolicy {
    private static final Octets UNKNOWN = Octets.of(new byte[IpcpOptions.ADDRESS_OCTETS]);

    /** What is asked for, by type. */
    private final Map<Integer, ConfigOption> wanted = new LinkedHashMap<>();

    private @Nullable ConfigOption gateway;

    @Override
    public void begin() {
        gateway = null;
        for (int type : new int[] {IpcpOptions.ADDRESS, IpcpOptions.PRIMARY_DNS, IpcpOptions.SECONDARY_DNS}) {
            wanted.putIfAbsent(type, new ConfigOption(type, UNKNOWN));
        }
    }

    @Override
    public List<ConfigOption> request() {
        return List.copyOf(wanted.values());
    }

    /** The server's address alone, and that it has one. */
    @Override
    public Judgement judge(List<ConfigOption> theirs) {
        List<ConfigOption> rejects = new ArrayList<>();
        for (ConfigOption option : theirs) {
            if (option.type() != IpcpOptions.ADDRESS || !IpcpOptions.isAddress(option)) {
                rejects.add(option);
            }
        }
        return new Judgement(List.of(), rejects);
    }

    @Override
    public void acknowledged(List<ConfigOption> theirs) {
        gateway = theirs.isEmpty() ? null : theirs.getFirst();
    }

    @Override
    public void naked(List<ConfigOption> better) {
        for (ConfigOption option : better) {
            if (IpcpOptions.isAddress(option)) {
                wanted.replace(option.type(), option);
            }
        }
    }

    @Override
    public void rejected(List<ConfigOption> options) throws NoAgreementException {
        options.forEach(each -> wanted.remove(each.type()));
        if (ConfigOption.listed(options, IpcpOptions.ADDRESS)) {
            throw new NoAgreementException(Cause.NEGOTIATION, "the server gives no IPv4 address");
        }
    }

    Inet4Address own() {
        return address(wanted.get(IpcpOptions.ADDRESS));
    }

    /** 0.0.0.0 when the server did not say. */
    Inet4Address gateway() {
        return address(gateway);
    }

    List<Inet4Address> dns() {
        return wanted.values().stream()
                .filter(each -> each.type() != IpcpOptions.ADDRESS && IpcpOptions.isAddress(each))
                .map(IpcpOptions::address)
                .toList();
    }

    private static Inet4Address address(@Nullable ConfigOption option) {
        return IpcpOptions.address(option == null ? new ConfigOption(IpcpOptions.ADDRESS, UNKNOWN) : option);
    }
}
