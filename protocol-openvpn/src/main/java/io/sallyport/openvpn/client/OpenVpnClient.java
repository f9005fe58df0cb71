package io.sallyport.openvpn.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.openvpn.control.ClientConnection;
import io.sallyport.openvpn.control.ClientOut;
import io.sallyport.openvpn.data.DataChannelKey;
import io.sallyport.openvpn.data.DataPayload;
import io.sallyport.openvpn.data.KeyMaterial;
import io.sallyport.openvpn.data.KeySlots;
import io.sallyport.openvpn.wire.ConnectionWrap;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlWrap;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.Opcode;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.PushReply;
import io.sallyport.openvpn.wire.WireException;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An OpenVPN client without a network device: IP packets go in and come out. For the demo, the load harness and tests, against this gateway and others.
 * Everything happens on one event loop, which many clients may share; nothing is allocated here per packet.
 */
public final class OpenVpnClient {
    private static final int ROOM_BEFORE = PacketBuffers.HEADROOM;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ClientConfig config;
    private final EventLoop loop;
    private final Executor compute;
    private final ClientEvents events;
    private final boolean datagrams;
    private final ConnectionWrap wrap;
    private final KeySlots keys = new KeySlots();
    private final Alarm alarm;
    private @Nullable Channel channel;
    private @Nullable ClientConnection connection;
    private @Nullable ScheduledFuture<?> liveness;
    private long beganAt;
    private long heardAt;
    private long restartNanos;
    private boolean sentSincePing;
    private boolean closed;

    private OpenVpnClient(ClientConfig config, EventLoop loop, Executor compute, ClientEvents events) {
        this.config = config;
        this.loop = loop;
        this.compute = compute;
        this.events = events;
        this.datagrams = config.terms().datagrams();
        this.wrap = ConnectionWrap.ofClient(config.controlKey(), nowSeconds());
        this.alarm = new Alarm(loop, this::woken);
    }

    /**
     * Begins to connect; {@code events} says how it went.
     *
     * @param compute where handshakes compute
     */
    public static OpenVpnClient connect(ClientConfig config, EventLoop loop, Executor compute, ClientEvents events) {
        OpenVpnClient client = new OpenVpnClient(config, loop, compute, events);
        loop.execute(client::open);
        return client;
    }

    /**
     * Sends an IP packet; on the event loop. Takes the buffer, which should have 32 octets before the packet and 16 after it (it is copied otherwise). What cannot be sent is
     * dropped. The octets leave with {@link #flush}.
     */
    public void accept(ByteBuf packet) {
        ByteBuf sealed = withRoom(packet);
        Channel to = channel;
        if (to == null || closed || keys.seal(sealed) != null) {
            sealed.release();
            return;
        }
        sentSincePing = true;
        Transport.write(to, sealed, datagrams);
    }

    /** The end of a batch of {@link #accept}. */
    public void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    /** Whether the socket takes more; on the event loop. */
    public boolean writable() {
        return channel != null && channel.isWritable();
    }

    /** Negotiates new keys; from any thread. */
    public void renegotiate() {
        loop.execute(() -> {
            if (connection != null) {
                connection.renegotiate(System.nanoTime());
            }
        });
    }

    /** On the event loop. */
    KeySlots keys() {
        return keys;
    }

    /** Says goodbye and leaves; from any thread, and twice is harmless. */
    public void close() {
        loop.execute(() -> {
            if (closed) {
                return;
            }
            if (connection == null) {
                end(ClientOut.End.CLOSED, "");
                return;
            }
            if (!connection.exitsByMessage() && keys.sending() != null) {
                ByteBuf exit = PacketBuffers.take();
                DataPayload.writeExit(exit);
                accept(exit);
            }
            connection.close(System.nanoTime());
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the listener sees it
    private void open() {
        beganAt = System.nanoTime();
        ChannelFuture connecting = Transport.connect(loop, config.remote(), datagrams, new Inbound());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                end(ClientOut.End.HANDSHAKE_FAILED, String.valueOf(done.cause().getMessage()));
            } else if (closed) {
                connecting.channel().close();
            } else {
                channel = connecting.channel();
                long id = RANDOM.nextLong() | 1;
                connection = new ClientConnection(
                        config.terms(),
                        config.tls(),
                        new OvpnSessionId(id),
                        RANDOM::nextBytes,
                        new Outbound(),
                        System.nanoTime());
                flush();
            }
        });
    }

    private void woken() {
        if (connection != null && !closed) {
            connection.wake(System.nanoTime());
            flush();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // closing says nothing new
    private void end(ClientOut.End end, String detail) {
        if (closed) {
            return;
        }
        closed = true;
        alarm.cancel();
        if (liveness != null) {
            liveness.cancel(false);
        }
        keys.close();
        wrap.close();
        if (channel != null) {
            channel.flush();
            channel.close();
        }
        events.closed(end, detail);
    }

    private void watch(ClientOut.Up up) {
        long ping = seconds(up.reply().value("ping"));
        restartNanos = TimeUnit.SECONDS.toNanos(seconds(up.reply().value("ping-restart")));
        heardAt = System.nanoTime();
        if (ping > 0) {
            liveness = loop.scheduleAtFixedRate(this::ping, ping, ping, TimeUnit.SECONDS);
        }
    }

    private void ping() {
        if (restartNanos > 0 && System.nanoTime() - heardAt > restartNanos) {
            end(ClientOut.End.RESTART, "nothing was heard from the server");
            return;
        }
        if (!sentSincePing) {
            ByteBuf ping = PacketBuffers.take();
            DataPayload.writePing(ping);
            accept(ping);
            flush();
        }
        sentSincePing = false;
        if (keys.renegotiationDue()) {
            renegotiate();
        }
    }

    private static long nowSeconds() {
        return System.currentTimeMillis() / 1000;
    }

    private static long seconds(String value) {
        try {
            return Math.clamp(Long.parseLong(value), 0, 3600);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static ByteBuf withRoom(ByteBuf packet) {
        if (packet.readerIndex() >= PacketBuffers.HEADROOM / 2 && packet.writableBytes() >= DataPacket.TAG_OCTETS) {
            return packet;
        }
        ByteBuf copy = packet.alloc().directBuffer(ROOM_BEFORE + packet.readableBytes() + PacketBuffers.TAILROOM);
        copy.setIndex(ROOM_BEFORE, ROOM_BEFORE).writeBytes(packet);
        packet.release();
        return copy;
    }

    /** What the socket brings. */
    private final class Inbound implements Transport.Receiver {
        @Override
        public void accept(ByteBuf packet) {
            boolean kept = false;
            try {
                if (!closed && packet.isReadable()) {
                    Opcode opcode = Opcode.of(packet.getUnsignedByte(packet.readerIndex()));
                    kept = (opcode != null && opcode.isData()) ? data(packet) : control(packet);
                }
            } finally {
                if (!kept) {
                    packet.release();
                }
            }
        }

        /** True when the packet went on. */
        private boolean data(ByteBuf packet) {
            if (keys.open(packet, packet) != null) {
                return false;
            }
            heardAt = System.nanoTime();
            return switch (DataPayload.of(packet)) {
                case IP_PACKET -> {
                    events.accept(packet);
                    yield true;
                }
                case EXIT -> {
                    end(ClientOut.End.RESTART, "the server left");
                    yield false;
                }
                case PING, OTHER_OCC, COMPRESSED, UNKNOWN -> false;
            };
        }

        private boolean control(ByteBuf packet) {
            ClientConnection to = connection;
            try {
                ControlWrap.Unwrapped unwrapped = wrap.unwrap(packet);
                if (to != null && wrap.isNew(unwrapped)) {
                    to.receive(unwrapped.packet(), System.nanoTime());
                    OpenVpnClient.this.flush();
                }
            } catch (WireException e) {
                // Not from our server: ignored.
            }
            return false;
        }

        @Override
        public void flush() {
            if (!closed) {
                events.flush();
            }
        }

        @Override
        public void lost(String detail) {
            end(ClientOut.End.RESTART, detail);
        }
    }

    /** What the control channel wants done. */
    private final class Outbound implements ClientOut {
        @Override
        public void send(ControlPacket packet) {
            Channel to = channel;
            if (to != null && !closed) {
                ByteBuf buffer = PacketBuffers.take();
                wrap.wrap(packet, buffer);
                Transport.write(to, buffer, datagrams);
            }
        }

        @Override
        public void compute(Runnable task) {
            compute.execute(() -> {
                task.run();
                loop.execute(() -> {
                    if (connection != null) {
                        connection.computed(System.nanoTime());
                        OpenVpnClient.this.flush();
                    }
                });
            });
        }

        @Override
        public void install(int keyId, int peerId, Secret octets, DataCipher cipher, DataFormat format) {
            try (KeyMaterial material = new KeyMaterial(octets)) {
                keys.install(DataChannelKey.of(
                        format, keyId, peerId, cipher, material, KeyMaterial.End.CLIENT, config.packetCiphers()));
            }
        }

        @Override
        public void activate(int keyId) {
            keys.activate(keyId);
        }

        @Override
        public void retire(int keyId) {
            keys.retire(keyId);
        }

        @Override
        public void protectRenegotiations(Secret octets256) {
            wrap.protectRenegotiations(octets256, nowSeconds());
        }

        @Override
        public void up(Up up) {
            watch(up);
            events.connected(ClientEvents.Connected.of(up, System.nanoTime() - beganAt));
        }

        @Override
        public void updated(PushReply reply) {
            events.updated(reply);
        }

        @Override
        public void wakeAt(long nanos) {
            alarm.set(nanos);
        }

        @Override
        public void close(End end, String detail) {
            OpenVpnClient.this.end(end, detail);
        }
    }
}
