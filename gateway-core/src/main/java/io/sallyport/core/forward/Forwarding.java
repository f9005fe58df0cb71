package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.address.GatewayAddress;
import io.sallyport.core.autoconf.Autoconf;
import io.sallyport.core.autoconf.ClientTerms;
import io.sallyport.core.network.Network;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionTables;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The packet path of the whole gateway: the table, and each worker's way up and down. */
public final class Forwarding implements SessionTables {
    private final ForwardingTable table = new ForwardingTable();
    private final InnerAddresses inner;
    private final Supplier<ForwardingSettings> settings;
    private final Function<Session, ClientTerms> terms;
    private final FrameDelivery[] deliveries;
    private final Uplink[] uplinks;

    /**
     * @param settings asked for each packet that goes from client to client: a field read
     * @param terms what a client is told that asks in its tunnel
     */
    public Forwarding(
            Workers workers,
            List<GatewayAddress> gateways,
            Supplier<ForwardingSettings> settings,
            Function<Session, ClientTerms> terms) {
        this.inner = new InnerAddresses(gateways);
        this.settings = settings;
        this.terms = terms;
        this.deliveries = new FrameDelivery[workers.count()];
        this.uplinks = new Uplink[workers.count()];
    }

    /** Opens this worker's queue of the network; once a worker, before any session. */
    public void attach(Network network, Worker worker, Segmenter segmenter) {
        FrameDelivery delivery = new FrameDelivery(worker, network.mtu(), segmenter);
        deliveries[worker.number()] = delivery;
        NetworkQueue queue = network.attach(worker, new Downlink(worker, table, delivery));
        delivery.tellSendersBy(queue);
        Autoconf autoconf = new Autoconf(worker, terms, network.mtu());
        uplinks[worker.number()] =
                new ClientUplink(worker, table, inner, settings, queue, delivery, autoconf, network.mtu());
    }

    /** A segmenter that drops all super-packets, for networks that never send any. */
    public static Segmenter noSuperPackets(Worker worker) {
        return (frame, session, pieces) -> {
            frame.release();
            worker.verdicts().count(Verdict.TOO_BIG);
        };
    }

    public Uplink uplink(Worker worker) {
        return uplinks[worker.number()];
    }

    @Override
    public void enter(Session session) {
        table.enter(session);
    }

    @Override
    public void leave(Session session) {
        table.leave(session);
    }

    @Override
    public void handedOver(Session session, ByteBuf frame) {
        deliveries[session.worker().number()].deliver(session, frame);
    }
}
