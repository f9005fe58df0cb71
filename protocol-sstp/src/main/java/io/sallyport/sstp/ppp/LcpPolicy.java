package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * LCP's options (RFC 1661 §6, RFC 1662 §7). Compression of headers is granted and not asked for: it would save three octets of what the client sends, and not every
 * client does it right.
 */
final class LcpPolicy implements ConfigPolicy {
    static final int MRU = 1;
    static final int ASYNC_MAP = 2;
    static final int MAGIC_NUMBER = 5;
    static final int PROTOCOL_COMPRESSION = 7;
    static final int ADDRESS_COMPRESSION = 8;

    /** RFC 1661 §6.1: what the peer takes when it does not say. */
    static final int DEFAULT_MRU = 1500;

    /** RFC 791's smallest datagram that every host takes; whoever asks for less is told this. */
    static final int LEAST_MRU = 576;

    private final int terms;
    private final RandomOctets random;
    private final @Nullable AuthDemand demand;
    private final @Nullable AuthProtocol login;
    private boolean asksMru;
    private boolean asksMagic;
    private boolean asksCompression;
    private int mru;
    private int magic;
    private int peerMru = DEFAULT_MRU;
    private boolean addressCompression;
    private boolean protocolCompression;
    private @Nullable AuthProtocol demanded;

    private LcpPolicy(int mru, RandomOctets random, @Nullable AuthDemand demand, @Nullable AuthProtocol login) {
        this.terms = mru;
        this.random = random;
        this.demand = demand;
        this.login = login;
    }

    static LcpPolicy ofServer(int mru, RandomOctets random, AuthDemand demand) {
        return new LcpPolicy(mru, random, demand, null);
    }

    static LcpPolicy ofClient(int mru, RandomOctets random, AuthProtocol login) {
        return new LcpPolicy(mru, random, null, login);
    }

    int sendMru() {
        return Math.min(peerMru, terms);
    }

    /** Ours, 0 when there is none. */
    int magic() {
        return asksMagic ? magic : 0;
    }

    boolean mayCompressAddress() {
        return addressCompression;
    }

    boolean mayCompressProtocol() {
        return protocolCompression;
    }

    /** What the server demands of us, null for nothing. */
    @Nullable
    AuthProtocol demanded() {
        return demanded;
    }

    @Override
    public void begin() {
        asksMru = true;
        asksMagic = true;
        asksCompression = login != null;
        mru = terms;
        magic = newMagic();
        if (demand != null) {
            demand.begin();
        }
    }

    @Override
    public List<ConfigOption> request() {
        List<ConfigOption> options = new ArrayList<>();
        if (asksMru) {
            options.add(ConfigOption.ofShort(MRU, mru));
        }
        AuthProtocol wanted = demand == null ? null : demand.current();
        if (wanted != null) {
            options.add(AuthOption.of(wanted));
        }
        if (asksMagic) {
            options.add(ConfigOption.ofInt(MAGIC_NUMBER, magic));
        }
        if (asksCompression) {
            options.add(ConfigOption.empty(PROTOCOL_COMPRESSION));
            options.add(ConfigOption.empty(ADDRESS_COMPRESSION));
        }
        return options;
    }

    @Override
    public Judgement judge(List<ConfigOption> theirs) {
        List<ConfigOption> naks = new ArrayList<>();
        List<ConfigOption> rejects = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (ConfigOption option : theirs) {
            // RFC 1661 §6: "None of the Configuration Options in this specification can be listed more than once."
            ConfigOption better = seen.add(option.type()) ? better(option) : null;
            if (better == null) {
                rejects.add(option);
            } else if (!better.equals(option)) {
                naks.add(better);
            }
        }
        return new Judgement(naks, rejects);
    }

    /** The option itself when it may be, another when it may not, null when it is rejected. */
    private @Nullable ConfigOption better(ConfigOption option) {
        return switch (option.type()) {
            case MRU ->
                option.has(2) && option.number() >= LEAST_MRU
                        ? option
                        : ConfigOption.ofShort(MRU, option.has(2) ? LEAST_MRU : DEFAULT_MRU);
            // There are no control characters to escape.
            case ASYNC_MAP -> option.has(4) ? option : ConfigOption.ofInt(ASYNC_MAP, 0);
            case MAGIC_NUMBER ->
                option.has(4) && option.number() != 0 && (int) option.number() != magic()
                        // RFC 1661 §6.4: "A Magic-Number of zero is illegal and MUST always be Nak'd"; one like ours
                        // may come of a loop.
                        ? option
                        : ConfigOption.ofInt(MAGIC_NUMBER, newMagic());
            case PROTOCOL_COMPRESSION, ADDRESS_COMPRESSION ->
                option.has(0) ? option : ConfigOption.empty(option.type());
            // A server does not say who it is in LCP; its certificate did.
            case AuthOption.TYPE -> login == null ? null : AuthOption.of(login);
            default -> null;
        };
    }

    @Override
    public void acknowledged(List<ConfigOption> theirs) {
        peerMru = DEFAULT_MRU;
        addressCompression = false;
        protocolCompression = false;
        demanded = null;
        for (ConfigOption option : theirs) {
            switch (option.type()) {
                case MRU -> peerMru = (int) option.number();
                case PROTOCOL_COMPRESSION -> protocolCompression = true;
                case ADDRESS_COMPRESSION -> addressCompression = true;
                case AuthOption.TYPE -> demanded = AuthOption.read(option);
                default -> {}
            }
        }
    }

    @Override
    public void naked(List<ConfigOption> better) throws NoAgreementException {
        for (ConfigOption option : better) {
            if (option.type() == MRU && option.has(2) && option.number() >= LEAST_MRU && option.number() <= terms) {
                mru = (int) option.number();
            } else if (option.type() == MAGIC_NUMBER) {
                magic = newMagic();
            }
        }
        if (demand != null && ConfigOption.listed(better, AuthOption.TYPE)) {
            demand.refuse(better);
        }
    }

    @Override
    public void rejected(List<ConfigOption> options) throws NoAgreementException {
        asksMru &= !ConfigOption.listed(options, MRU);
        asksMagic &= !ConfigOption.listed(options, MAGIC_NUMBER);
        asksCompression &= !ConfigOption.listed(options, PROTOCOL_COMPRESSION)
                && !ConfigOption.listed(options, ADDRESS_COMPRESSION);
        if (ConfigOption.listed(options, AuthOption.TYPE)) {
            throw new NoAgreementException(Cause.AUTHENTICATION, "the client does not want to say who it is");
        }
    }

    /** Neither 0 nor the last one. */
    private int newMagic() {
        byte[] octets = new byte[4];
        random.fill(octets);
        int value = (int) new ConfigOption(MAGIC_NUMBER, Octets.of(octets)).number();
        if (value == 0 || value == magic) {
            value ^= 1 << 16 | 1;
        }
        return value;
    }
}
