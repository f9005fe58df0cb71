package io.sallyport.openvpn.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;

/** A connected socket that carries OpenVPN packets: each a datagram, or behind its length of two octets on TCP. */
final class Transport {
    private static final int MAX_PACKET = 2048;
    private static final int LENGTH_OCTETS = 2;

    /** What comes in. */
    interface Receiver {
        /** Takes the packet. */
        void accept(ByteBuf packet);

        void flush();

        void lost(String detail);
    }

    private Transport() {}

    static ChannelFuture connect(EventLoop loop, InetSocketAddress remote, boolean datagrams, Receiver receiver) {
        boolean epoll = loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
        Bootstrap bootstrap = new Bootstrap().group(loop).handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (!datagrams) {
                    channel.pipeline()
                            .addLast(new LengthFieldBasedFrameDecoder(
                                    MAX_PACKET + LENGTH_OCTETS, 0, LENGTH_OCTETS, 0, LENGTH_OCTETS));
                }
                channel.pipeline().addLast(new Inbound(receiver));
            }
        });
        if (datagrams) {
            bootstrap
                    .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_PACKET));
        } else {
            bootstrap
                    .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true);
        }
        return bootstrap.connect(remote);
    }

    /** Puts the length before the packet on TCP, where the packet has room before it for two octets more. */
    @SuppressWarnings("FutureReturnValueIgnored") // a void promise: errors reach exceptionCaught
    static void write(Channel channel, ByteBuf packet, boolean datagrams) {
        if (!datagrams) {
            int length = packet.readableBytes();
            int start = packet.readerIndex() - LENGTH_OCTETS;
            packet.setShort(start, length);
            packet.readerIndex(start);
        }
        channel.write(packet, channel.voidPromise());
    }

    private static final class Inbound extends ChannelInboundHandlerAdapter {
        private final Receiver receiver;

        Inbound(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            receiver.accept(message instanceof DatagramPacket datagram ? datagram.content() : (ByteBuf) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            receiver.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            receiver.lost("the connection was closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A refused UDP port may open yet; the handshake's deadline decides.
            if (!(context.channel() instanceof io.netty.channel.socket.DatagramChannel)) {
                receiver.lost(String.valueOf(cause.getMessage()));
            }
        }
    }
}
