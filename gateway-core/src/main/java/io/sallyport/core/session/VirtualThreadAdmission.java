package io.sallyport.core.session;

import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Lease;
import io.sallyport.core.address.LeaseAnswer;
import io.sallyport.core.address.LeaseRequest;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Worker;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each question on a virtual thread of its own. Its methods are called on the worker that wants the answer. */
public final class VirtualThreadAdmission implements Admission {
    /** Questions under way at once, of all kinds. */
    public static final int MOST_QUESTIONS = 4096;

    private static final Logger log = LoggerFactory.getLogger(VirtualThreadAdmission.class);
    private static final int EAP_FAILURE = 4;
    private static final int EAP_HEADER_OCTETS = 4;

    private final Authenticator authenticator;
    private final AddressPools pools;
    private final Sessions sessions;
    private final Supplier<SessionLimits> limits;
    private final Semaphore room;
    private final SecureRandom random = new SecureRandom();

    public VirtualThreadAdmission(
            Authenticator authenticator, AddressPools pools, Sessions sessions, Supplier<SessionLimits> limits) {
        this(authenticator, pools, sessions, limits, MOST_QUESTIONS);
    }

    VirtualThreadAdmission(
            Authenticator authenticator,
            AddressPools pools,
            Sessions sessions,
            Supplier<SessionLimits> limits,
            int mostQuestions) {
        this.authenticator = authenticator;
        this.pools = pools;
        this.sessions = sessions;
        this.limits = limits;
        this.room = new Semaphore(mostQuestions);
    }

    /** How many more questions may be asked now, for metrics. */
    public int freeQuestions() {
        return room.availablePermits();
    }

    @Override
    public Pending authenticate(Worker worker, AuthRequest request, Consumer<AuthDecision> answer) {
        Question<AuthDecision> question = new Question<>(worker, answer, Secrets::wipe);
        if (!room.tryAcquire()) {
            Secrets.wipe(request);
            question.answer(new AuthDecision.Reject(RejectReason.TOO_BUSY, "too many questions under way"));
            return question;
        }
        return question.ask(room, () -> decide(request));
    }

    private AuthDecision decide(AuthRequest request) {
        try (var _ = Secrets.of(request)) {
            return checked(authenticator.authenticate(request));
        } catch (InterruptedException e) {
            return unavailable("interrupted");
        } catch (RuntimeException | Error e) {
            log.error("the authenticator failed", e);
            return unavailable("the authenticator failed: " + e);
        }
    }

    @Override
    public Pending eap(
            Worker worker, EapConversation conversation, Octets response, Consumer<EapConversation.Step> answer) {
        Question<EapConversation.Step> question = new Question<>(worker, answer, Secrets::wipe);
        if (!room.tryAcquire()) {
            var busy = new AuthDecision.Reject(RejectReason.TOO_BUSY, "too many questions under way");
            question.answer(failure(response, busy));
            return question;
        }
        return question.ask(room, () -> step(conversation, response));
    }

    private static EapConversation.Step step(EapConversation conversation, Octets response) {
        try {
            return checked(conversation.receive(response));
        } catch (InterruptedException e) {
            return failure(response, unavailable("interrupted"));
        } catch (RuntimeException | Error e) {
            log.error("the EAP conversation failed", e);
            return failure(response, unavailable("the EAP conversation failed: " + e));
        }
    }

    @Override
    public EapConversation startEap(ClientContext client) {
        try {
            return new EapTurns(checked(authenticator.eap(client)));
        } catch (RuntimeException e) {
            log.error("no EAP conversation could be started", e);
            return EapConversation.REFUSING;
        }
    }

    @Override
    public Pending open(Worker worker, ClientContext client, Grant grant, Consumer<Admittance> answer) {
        Question<Entry> question =
                new Question<>(worker, entry -> arrive(worker, client, grant, entry, answer), this::undo);
        if (!room.tryAcquire()) {
            question.answer(new Entry.Refused(
                    new Admittance.Refused(RejectReason.TOO_BUSY.clientText(), "too many questions under way", true),
                    grant));
            return question;
        }
        return question.ask(room, () -> enter(grant));
    }

    /** What waits for the worker before there is a session. */
    private sealed interface Entry {
        Grant grant();

        record Admitted(Lease lease, Grant grant) implements Entry {}

        record Refused(Admittance.Refused why, Grant grant) implements Entry {}
    }

    private Entry enter(Grant grant) {
        Places.Full full = sessions.places().take(grant.user(), limits.get());
        if (full != null) {
            return new Entry.Refused(new Admittance.Refused(full.clientText(), full.detail(), true), grant);
        }
        try {
            LeaseAnswer answer = pools.lease(new LeaseRequest(grant.user(), grant.ipv4(), grant.ipv6(), grant.pool()));
            return switch (answer) {
                case LeaseAnswer.Leased leased -> new Entry.Admitted(leased.lease(), grant);
                case LeaseAnswer.Refused refused -> {
                    sessions.places().leave(grant.user());
                    yield new Entry.Refused(
                            new Admittance.Refused(
                                    "no address is available for this client", refused.detail(), refused.temporary()),
                            grant);
                }
            };
        } catch (RuntimeException e) {
            sessions.places().leave(grant.user());
            log.error("no lease could be made", e);
            return new Entry.Refused(
                    new Admittance.Refused(RejectReason.UNAVAILABLE.clientText(), "no lease could be made: " + e, true),
                    grant);
        }
    }

    private void arrive(Worker worker, ClientContext client, Grant grant, Entry entry, Consumer<Admittance> answer) {
        switch (entry) {
            case Entry.Refused refused -> {
                Secrets.wipe(grant);
                answer.accept(refused.why());
            }
            case Entry.Admitted admitted -> {
                Session session = sessions.open(client, grant, admitted.lease(), worker);
                try {
                    answer.accept(new Admittance.Opened(session));
                } catch (RuntimeException e) {
                    session.close(CloseReason.INTERNAL_ERROR);
                    throw e;
                }
            }
        }
    }

    /** Cancelled before there was a session: nobody ever saw it. */
    private void undo(Entry entry) {
        if (entry instanceof Entry.Admitted admitted) {
            pools.release(admitted.lease());
            sessions.places().leave(entry.grant().user());
        }
        Secrets.wipe(entry.grant());
    }

    /** 64 random bits: among a hundred million sessions the odds that any two are alike are about 1 in 4000; one that is open now is never given again. */
    @Override
    public String newSessionId() {
        while (true) {
            String id = HexFormat.of().toHexDigits(random.nextLong());
            if (sessions.byId(id) == null) {
                return id;
            }
        }
    }

    private static AuthDecision.Reject unavailable(String detail) {
        return new AuthDecision.Reject(RejectReason.UNAVAILABLE, detail);
    }

    /** RFC 3748 §4.2: the failure carries the identifier of the response that it answers. */
    private static EapConversation.Step.Failure failure(Octets response, AuthDecision.Reject reject) {
        byte identifier = response.length() > 1 ? response.at(1) : 0;
        Octets packet = Octets.of((byte) EAP_FAILURE, identifier, (byte) 0, (byte) EAP_HEADER_OCTETS);
        return new EapConversation.Step.Failure(packet, reject);
    }

    private static <T> T checked(T answer) {
        return java.util.Objects.requireNonNull(answer, "an authenticator answered null");
    }
}
