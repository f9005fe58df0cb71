package io.sallyport.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;

/** Another program of the same user that has a port already, with SO_REUSEPORT, which would let a second one share it unseen. */
final class PortHolder {
    static Running hold(Lab lab, Namespace where, String protocol, int port) {
        Running holder = new Running(
                lab,
                "holder-of-" + port,
                where.command(JavaProgram.command(
                        List.of("-Xmx32m"), PortHolder.class.getName(), protocol, Integer.toString(port))));
        holder.awaitLog("held", Duration.ofSeconds(20));
        return holder;
    }

    /** {@code udp|tcp PORT}; until it is ended. */
    public static void main(String[] args) throws IOException {
        InetSocketAddress address = new InetSocketAddress("0.0.0.0", Integer.parseInt(args[1]));
        try (NetworkChannel channel = args[0].equals("tcp") ? tcp(address) : udp(address)) {
            System.out.println("held " + channel.getLocalAddress());
            while (System.in.read() >= 0) {
                // until the other end of the pipe is gone
            }
        }
    }

    private static NetworkChannel tcp(InetSocketAddress address) throws IOException {
        return ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEPORT, true)
                .bind(address);
    }

    private static NetworkChannel udp(InetSocketAddress address) throws IOException {
        return DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEPORT, true)
                .bind(address);
    }

    private PortHolder() {}
}
