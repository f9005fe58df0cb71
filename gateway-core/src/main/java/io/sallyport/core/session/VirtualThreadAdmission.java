package io.sallyport.core.session;

import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.Entrance.Entry;
import io.sallyport.core.worker.Worker;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each question on a virtual thread of its own. Its methods are called on the worker that wants the answer. */
public final class VirtualThreadAdmission implements Admission {
    /** Questions under way at once, of all kinds. */
    public static final int MOST_QUESTIONS = 4096;

    private static final Logger log = LoggerFactory.getLogger(VirtualThreadAdmission.class);
    private static final Admittance.Refused REVOKED =
            new Admittance.Refused("access was withdrawn", CloseReason.REVOKED.text(), false);
    private static final int EAP_FAILURE = 4;
    private static final int EAP_HEADER_OCTETS = 4;

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final Entrance entrance;
    private final Predicate<Grant> acceptable;
    private final Semaphore room;
    private final SecureRandom random = new SecureRandom();

    /** @param acceptable whether a grant, given a moment ago, still holds; asked on the worker, so it must not wait */
    public VirtualThreadAdmission(
            Authenticator authenticator,
            AddressPools pools,
            Sessions sessions,
            Supplier<SessionLimits> limits,
            Predicate<Grant> acceptable) {
        this(authenticator, pools, sessions, limits, acceptable, MOST_QUESTIONS);
    }

    VirtualThreadAdmission(
            Authenticator authenticator,
            AddressPools pools,
            Sessions sessions,
            Supplier<SessionLimits> limits,
            Predicate<Grant> acceptable,
            int mostQuestions) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.entrance = new Entrance(pools, sessions, limits);
        this.acceptable = acceptable;
        this.room = new Semaphore(mostQuestions);
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
        return new EapTurns(() -> authenticator.eap(client));
    }

    @Override
    public Pending open(Worker worker, ClientContext client, Grant grant, Consumer<Admittance> answer) {
        Question<Entry> question =
                new Question<>(worker, entry -> arrive(worker, client, entry, answer), entrance::undo);
        if (!room.tryAcquire()) {
            question.answer(new Entry.Refused(
                    new Admittance.Refused(RejectReason.TOO_BUSY.clientText(), "too many questions under way", true),
                    grant));
            return question;
        }
        return question.ask(room, () -> entrance.enter(client.protocol(), grant));
    }

    private void arrive(Worker worker, ClientContext client, Entry entry, Consumer<Admittance> answer) {
        switch (entry) {
            case Entry.Refused refused -> {
                Secrets.wipe(refused.grant());
                answer.accept(refused.why());
            }
            case Entry.Admitted(Lease lease, Grant grant, var _) -> {
                Session session = sessions.open(client, grant, lease, worker);
                // Only now: whoever withdraws a grant and then sweeps the sessions finds it, or is found here.
                if (!isAcceptable(grant)) {
                    session.close(CloseReason.REVOKED);
                    answer.accept(REVOKED);
                    return;
                }
                try {
                    answer.accept(new Admittance.Opened(session));
                } catch (RuntimeException e) {
                    session.close(CloseReason.INTERNAL_ERROR);
                    throw e;
                }
            }
        }
    }

    /** A check that fails lets nobody in. */
    private boolean isAcceptable(Grant grant) {
        try {
            return acceptable.test(grant);
        } catch (RuntimeException e) {
            log.error("whether {} is still acceptable is unknown", grant.user(), e);
            return false;
        }
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
