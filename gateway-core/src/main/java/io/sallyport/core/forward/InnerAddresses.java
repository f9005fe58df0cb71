package io.sallyport.core.forward;

import io.sallyport.core.address.GatewayAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** The pools as the packet path asks for them: primitive, and few. IPv4 addresses are ints, IPv6 addresses two longs, in network order. */
final class InnerAddresses {
    private final int[] gateways4;
    private final int[] masks4;
    /** High and low of each, one after the other. */
    private final long[] gateways6;

    private final long[] masks6;

    InnerAddresses(List<GatewayAddress> gateways) {
        List<GatewayAddress> ipv4 =
                gateways.stream().filter(GatewayAddress::isIpv4).toList();
        List<GatewayAddress> ipv6 = gateways.stream().filter(g -> !g.isIpv4()).toList();
        gateways4 = ipv4.stream()
                .mapToInt(g -> ByteBuffer.wrap(g.address().getAddress()).getInt())
                .toArray();
        masks4 = ipv4.stream().mapToInt(g -> -1 << (32 - g.prefixLength())).toArray();
        gateways6 = new long[ipv6.size() * 2];
        masks6 = new long[ipv6.size() * 2];
        for (int i = 0; i < ipv6.size(); i++) {
            ByteBuffer.wrap(ipv6.get(i).address().getAddress()).asLongBuffer().get(gateways6, i * 2, 2);
            int length = ipv6.get(i).prefixLength();
            masks6[i * 2] = length >= 64 ? -1 : -1L << (64 - length);
            masks6[i * 2 + 1] = length <= 64 ? 0 : -1L << (128 - length);
        }
    }

    /** One of the gateway's own. */
    boolean isGateway(int address) {
        for (int gateway : gateways4) {
            if (gateway == address) {
                return true;
            }
        }
        return false;
    }

    boolean isGateway(long high, long low) {
        for (int i = 0; i < gateways6.length; i += 2) {
            if (gateways6[i] == high && gateways6[i + 1] == low) {
                return true;
            }
        }
        return false;
    }

    /** Within a pool, leased or not. */
    boolean isPooled(int address) {
        for (int i = 0; i < gateways4.length; i++) {
            if (((gateways4[i] ^ address) & masks4[i]) == 0) {
                return true;
            }
        }
        return false;
    }

    boolean isPooled(long high, long low) {
        for (int i = 0; i < gateways6.length; i += 2) {
            long difference = ((gateways6[i] ^ high) & masks6[i]) | ((gateways6[i + 1] ^ low) & masks6[i + 1]);
            if (difference == 0) {
                return true;
            }
        }
        return false;
    }

    /** A pool's broadcast address, or its network address, which some hosts take for one. */
    boolean isPoolBroadcast(int address) {
        for (int i = 0; i < gateways4.length; i++) {
            int host = address & ~masks4[i];
            if (((gateways4[i] ^ address) & masks4[i]) == 0 && (host == 0 || host == ~masks4[i])) {
                return true;
            }
        }
        return false;
    }
}
