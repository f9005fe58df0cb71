package io.sallyport.core.port443;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.worker.Worker;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The TCP port that several protocols share. One acceptor, on the first worker, gives each connection to the worker with the fewest; there a {@link Detector} looks at its
 * first octets until a {@link StreamProtocol} claims it.
 */
public final class Port443 implements AutoCloseable {
    private static final int BACKLOG = 4096;
    // linux/in6.h; Netty has no option of its own for it
    private static final ChannelOption<Integer> IPV6_V6ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    private final Acceptor acceptor;
    private final List<Channel> listening = new ArrayList<>();

    private Port443(Acceptor acceptor) {
        this.acceptor = acceptor;
    }

    /**
     * Listens on all of the addresses, or on none when one fails. Not on a worker: it waits.
     *
     * <p>The address {@code [::]} takes IPv4 connections too, unless an IPv4 address with the same port is in the list. Port 0 is any free port: see {@link #addresses}.
     *
     * @param protocols asked in this order
     */
    public static Port443 bind(
            List<Worker> workers, List<InetSocketAddress> addresses, List<StreamProtocol> protocols, PortLimits limits)
            throws PortUnavailableException {
        return bind(workers, addresses, protocols, limits, List.of());
    }

    /**
     * The same, behind proxies that speak the PROXY protocol.
     *
     * @param proxies connections from these addresses begin with a PROXY header, or are refused; of all others nothing of the kind is read
     */
    public static Port443 bind(
            List<Worker> workers,
            List<InetSocketAddress> addresses,
            List<StreamProtocol> protocols,
            PortLimits limits,
            List<IpPrefix> proxies)
            throws PortUnavailableException {
        Port443 port =
                new Port443(new Acceptor(List.copyOf(workers), List.copyOf(protocols), limits, List.copyOf(proxies)));
        try {
            for (InetSocketAddress address : addresses) {
                port.listen(address, addresses);
            }
            return port;
        } catch (PortUnavailableException e) {
            port.close();
            throw e;
        }
    }

    private void listen(InetSocketAddress address, List<InetSocketAddress> all) throws PortUnavailableException {
        boolean ipv4 = address.getAddress() instanceof Inet4Address;
        var channel = new EpollServerSocketChannel(ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        // lets a restart bind while the old connections are in TIME_WAIT; two listeners still exclude each other
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        if (!ipv4) {
            channel.config().setOption(IPV6_V6ONLY, hasIpv4(all, address.getPort()) ? 1 : 0);
        }
        channel.pipeline().addLast(acceptor.handler());
        EventLoopGroup loop = acceptor.worker().eventLoop();
        ChannelFuture registered = loop.register(channel).awaitUninterruptibly();
        ChannelFuture bound = registered.isSuccess() ? channel.bind(address).awaitUninterruptibly() : registered;
        Throwable cause = bound.cause();
        if (cause != null) {
            channel.close().awaitUninterruptibly();
            throw PortUnavailableException.of(address, cause);
        }
        listening.add(channel);
    }

    private static boolean hasIpv4(List<InetSocketAddress> addresses, int port) {
        return addresses.stream().anyMatch(a -> a.getAddress() instanceof Inet4Address && a.getPort() == port);
    }

    /** What is listened on, in the order of {@link #bind}, with the ports that were found for 0. */
    public List<InetSocketAddress> addresses() {
        return listening.stream()
                .map(channel -> (InetSocketAddress) channel.localAddress())
                .toList();
    }

    /** Open connections of the worker at this place in the list, claimed or not. */
    public int connections(int index) {
        return acceptor.connections(index);
    }

    /** Connections that no protocol has claimed yet. */
    public int undecided() {
        return acceptor.undecided().undecided();
    }

    /** Accepts no more; the connections that are there stay, and belong to their protocols. */
    @Override
    public void close() {
        for (Channel channel : listening) {
            ChannelFuture closed = channel.close();
            if (!acceptor.worker().inWorker()) {
                closed.awaitUninterruptibly();
            }
        }
    }
}
