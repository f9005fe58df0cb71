package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import java.util.ArrayList;
import java.util.List;

/** IPV6CP (RFC 5072) at the client: takes the interface identifier that the server names. */
final class Ipv6cpClientPolicy implements ConfigPolicy {
    private static final int TYPE = Ipv6cpServerPolicy.INTERFACE_IDENTIFIER;
    private static final int OCTETS = 8;

    private ConfigOption own;
    private long gateway;
    private boolean asks;

    Ipv6cpClientPolicy(RandomOctets random) {
        byte[] octets = new byte[OCTETS];
        random.fill(octets);
        // RFC 5072 §4.1: not one that claims to be unique everywhere, and not zero.
        octets[0] &= (byte) ~2;
        octets[OCTETS - 1] |= 1;
        own = new ConfigOption(TYPE, Octets.of(octets));
    }

    @Override
    public void begin() {
        asks = true;
        gateway = 0;
    }

    @Override
    public List<ConfigOption> request() {
        return asks ? List.of(own) : List.of();
    }

    @Override
    public Judgement judge(List<ConfigOption> theirs) {
        List<ConfigOption> naks = new ArrayList<>();
        List<ConfigOption> rejects = new ArrayList<>();
        boolean seen = false;
        for (ConfigOption option : theirs) {
            if (option.type() != TYPE || seen) {
                rejects.add(option);
            } else if (!isIdentifier(option) || option.equals(own)) {
                naks.add(ConfigOption.ofLong(TYPE, own.number() ^ (1L << 32)));
            }
            seen |= option.type() == TYPE;
        }
        return new Judgement(naks, rejects);
    }

    @Override
    public void acknowledged(List<ConfigOption> theirs) {
        gateway = theirs.isEmpty() ? 0 : theirs.getFirst().number();
    }

    @Override
    public void naked(List<ConfigOption> better) {
        for (ConfigOption option : better) {
            if (option.type() == TYPE && isIdentifier(option)) {
                own = option;
            }
        }
    }

    @Override
    public void rejected(List<ConfigOption> options) {
        asks = false;
    }

    long own() {
        return own.number();
    }

    long gateway() {
        return gateway;
    }

    private static boolean isIdentifier(ConfigOption option) {
        return option.has(OCTETS) && option.number() != 0;
    }
}
