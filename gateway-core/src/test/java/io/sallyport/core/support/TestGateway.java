package io.sallyport.core.support;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.ClientSettings;
import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A gateway of two workers over a fake network, pools 10.8.0.0/24 and fd00::/64, and what tests ask of it. */
public final class TestGateway implements AutoCloseable {
    public final FakeNetwork network = new FakeNetwork();
    public final Workers workers = Workers.start(2);
    public final List<String> events = new CopyOnWriteArrayList<>();
    /** Why those who never had a session were refused. */
    public final List<String> refusals = new CopyOnWriteArrayList<>();

    public final Gateway core;

    public TestGateway() {
        this(
                request -> new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "nobody is let in"),
                "10.8.0.0/24",
                "fd00::/64");
    }

    public TestGateway(Authenticator authenticator, String... pools) {
        this(authenticator, grant -> true, pools);
    }

    public TestGateway(Authenticator authenticator, Predicate<Grant> acceptable, String... pools) {
        AddressPools addresses =
                AddressPools.inMemory(List.of(pools).stream().map(Pool::of).toList());
        ClientSettings clients = new ClientSettings(List.of(), null, List.of(), addresses.gatewayAddresses());
        core = Gateway.start(
                network,
                workers,
                addresses,
                authenticator,
                GatewaySettings.of(clients),
                List.of(new Diary()),
                acceptable);
    }

    /** Writes down what becomes of sessions. */
    private final class Diary implements SessionListener {
        @Override
        public void refused(ClientContext client, String user, String detail) {
            refusals.add(detail);
        }

        @Override
        public void opened(Session session) {
            events.add(session.user() + " opened");
        }

        @Override
        public void up(Session session) {
            events.add(session.user() + " up");
        }

        @Override
        public void moved(Session session, InetSocketAddress from, InetSocketAddress to) {
            events.add(session.user() + " moved to " + to.getPort());
        }

        @Override
        public void changed(Session session) {
            events.add(session.user() + " changed");
        }

        @Override
        public void closed(Session session, CloseReason reason, Duration duration) {
            events.add(session.user() + " closed " + reason);
        }
    }

    public ClientContext client() {
        InetSocketAddress outer = new InetSocketAddress("192.0.2.7", 40000);
        InetSocketAddress local = new InetSocketAddress("198.51.100.1", 443);
        return new ClientContext("test", core.admission().newSessionId(), outer, local);
    }

    public Admittance admit(int worker, Grant grant) {
        CompletableFuture<Admittance> answer = new CompletableFuture<>();
        Worker on = workers.get(worker);
        on.execute(() -> core.admission().open(on, client(), grant, answer::complete));
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public Session open(int worker, Grant grant) {
        return switch (admit(worker, grant)) {
            case Admittance.Opened opened -> opened.session();
            case Admittance.Refused refused -> throw new AssertionError(refused.detail());
        };
    }

    public Session up(int worker, Grant grant, RecordingLink link) {
        Session session = open(worker, grant);
        on(session.worker(), () -> session.up(link, "none"));
        return session;
    }

    /** Runs this on the worker and waits for the result. */
    public static <T> T on(Worker worker, Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, worker)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Waits until the worker has done all that it was asked to do before, also by the other one. */
    public void settle() {
        for (int round = 0; round < 3; round++) {
            workers.all().forEach(worker -> on(worker, () -> true));
        }
    }

    /** One packet from this session's client, as a batch. */
    public void fromClient(Session session, ByteBuf packet) {
        on(session.worker(), () -> {
            core.uplink(session.worker()).accept(session, packet);
            core.uplink(session.worker()).flush();
            return true;
        });
        settle();
    }

    /** Drops under this verdict, of all workers. */
    public long drops(Verdict verdict) {
        return workers.all().stream().mapToLong(w -> w.verdicts().get(verdict)).sum();
    }

    public AuthDecision ask(int worker, AuthRequest request) {
        CompletableFuture<AuthDecision> answer = new CompletableFuture<>();
        Worker on = workers.get(worker);
        on.execute(() -> core.admission().authenticate(on, request, answer::complete));
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        core.close();
    }
}
