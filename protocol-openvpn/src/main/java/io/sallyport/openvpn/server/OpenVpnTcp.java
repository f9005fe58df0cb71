package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.sallyport.core.port443.StreamProtocol;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.wire.Opcode;
import java.util.function.Function;

/**
 * OpenVPN among the protocols of the TCP port. Its connections begin with the length of the first packet and that packet's opcode, a client's hard reset with key id 0, so with
 * {@code 00 0e..ff 38}, or {@code 01 50 50} to {@code 04 fe 50} where the client's own key is behind it; TLS begins
 * with {@code 16 03}.
 */
final class OpenVpnTcp implements StreamProtocol {
    static final int LENGTH_OCTETS = 2;
    static final int MIN_FIRST = 14;
    static final int MAX_FIRST = 255;
    static final int MIN_FIRST_WITH_KEY = 336;
    static final int MAX_FIRST_WITH_KEY = 1278;

    private static final int FIRST_OCTET = Opcode.HARD_RESET_CLIENT_V2.firstOctet(0);
    private static final int FIRST_OCTET_WITH_KEY = Opcode.HARD_RESET_CLIENT_V3.firstOctet(0);

    private final Function<Worker, OpenVpnWorker> workers;

    OpenVpnTcp(Function<Worker, OpenVpnWorker> workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "openvpn-tcp";
    }

    @Override
    public Claim claims(ByteBuf firstOctets) {
        int at = firstOctets.readerIndex();
        int available = firstOctets.readableBytes();
        if (available >= 1 && firstOctets.getUnsignedByte(at) > MAX_FIRST_WITH_KEY >> 8) {
            return Claim.NO;
        }
        if (available >= LENGTH_OCTETS && !isLength(firstOctets.getUnsignedShort(at))) {
            return Claim.NO;
        }
        if (available < OCTETS_TO_DECIDE) {
            return Claim.UNDECIDED;
        }
        int wanted = firstOctets.getUnsignedShort(at) <= MAX_FIRST ? FIRST_OCTET : FIRST_OCTET_WITH_KEY;
        return firstOctets.getUnsignedByte(at + LENGTH_OCTETS) == wanted ? Claim.YES : Claim.NO;
    }

    private static boolean isLength(int length) {
        return (length >= MIN_FIRST && length <= MAX_FIRST)
                || (length >= MIN_FIRST_WITH_KEY && length <= MAX_FIRST_WITH_KEY);
    }

    @Override
    public void accept(Channel channel, Worker worker) {
        channel.pipeline().addLast(new TcpConnection(workers.apply(worker), channel));
    }
}
