package io.sallyport.interop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.posix.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Puts packets into a device as they are, whatever their source: {@code RawPackets DEVICE COUNT HEX...}. */
final class RawPackets {
    // linux/socket.h, linux/if_ether.h, linux/if_packet.h
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final short ETH_P_IP = 0x0800;
    private static final short ETH_P_IPV6 = (short) 0x86dd;
    private static final int SOCKADDR_LL_OCTETS = 20;
    /** So few at a time that no queue on the way is full. */
    private static final int AT_A_TIME = 50;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Takes the packets and sends each {@code count} times through the tunnel of the client in {@code where}. */
    static void send(Lab lab, Namespace where, int count, List<ByteBuf> packets) {
        List<String> arguments = new ArrayList<>(List.of("tun0", Integer.toString(count)));
        for (ByteBuf packet : packets) {
            arguments.add(ByteBufUtil.hexDump(packet));
            packet.release();
        }
        List<String> options = List.of("-Xmx32m", "--enable-native-access=ALL-UNNAMED");
        Running sender = new Running(
                lab,
                "raw-packets",
                where.command(
                        JavaProgram.command(options, RawPackets.class.getName(), arguments.toArray(String[]::new))));
        sender.awaitLog("sent all", Duration.ofSeconds(60));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int device = NetworkInterface.getByName(args[0]).getIndex();
        int count = Integer.parseInt(args[1]);
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new Posix(arena);
            int four = open(posix, arena, device, ETH_P_IP);
            int six = open(posix, arena, device, ETH_P_IPV6);
            for (String hex : List.of(args).subList(2, args.length)) {
                byte[] packet = HexFormat.of().parseHex(hex);
                MemorySegment octets = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
                for (int i = 1; i <= count; i++) {
                    check(posix.write(packet[0] >> 4 == 4 ? four : six, octets.address(), packet.length));
                    if (i % AT_A_TIME == 0) {
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                }
            }
        }
        System.out.println("sent all");
    }

    private static int open(Posix posix, Arena arena, int device, short protocol) throws IOException {
        int fd = check(posix.socket(AF_PACKET, SOCK_RAW, 0));
        MemorySegment address = arena.allocate(SOCKADDR_LL_OCTETS, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
        address.set(NETWORK_SHORT, 2, protocol);
        address.set(ValueLayout.JAVA_INT, 4, device);
        check(posix.bind(fd, address.address(), SOCKADDR_LL_OCTETS));
        return fd;
    }

    private static int check(int result) throws IOException {
        if (result < 0) {
            throw new IOException("errno " + -result);
        }
        return result;
    }

    private RawPackets() {}
}
