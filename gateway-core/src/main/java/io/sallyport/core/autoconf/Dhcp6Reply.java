package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.autoconf.Dhcp6Request.Association;
import io.sallyport.core.octets.Octets;
import java.net.Inet6Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of DHCPv6 (RFC 8415 §18.3) for one client whose lease is given already: its first IA_NA holds exactly the lease, and every other association nothing. What is
 * kept of a request bounds the answer below 1280 octets, which every link with IPv6 takes.
 */
final class Dhcp6Reply {
    static final int ADVERTISE = 2;
    static final int REPLY = 7;

    static final int PREFERENCE = 7;
    static final int STATUS_CODE = 13;
    static final int DNS_SERVERS = 23;
    static final int DOMAIN_LIST = 24;

    static final int SUCCESS = 0;
    static final int NO_ADDRESSES = 2;
    static final int NOT_ON_LINK = 4;
    static final int NO_PREFIXES = 6;

    /** The lease lasts as long as the session; a client that renews only finds that out. */
    static final int PREFERRED_SECONDS = 3600;

    static final int VALID_SECONDS = 7200;
    /** RFC 8415 §21.4: "recommended values are .5 and .8 times the shortest preferred lifetime". */
    static final int T1_SECONDS = PREFERRED_SECONDS / 2;

    static final int T2_SECONDS = PREFERRED_SECONDS / 10 * 8;

    /** RFC 8415 §11.4, and EUI-64 of the hardware types. */
    private static final int DUID_LL = 3;

    private static final int HARDWARE_EUI64 = 27;
    private static final int HIGHEST_PREFERENCE = 255;
    private static final int SERVER_PORT = 547;
    private static final int CLIENT_PORT = 546;
    private static final int MOST_DNS = 8;

    private final ByteBuf out;
    private final Dhcp6Request request;
    private final ClientTerms terms;

    private Dhcp6Reply(ByteBuf out, Dhcp6Request request, ClientTerms terms) {
        this.out = out;
        this.request = request;
        this.terms = terms;
    }

    /** The server's DUID: the gateway's interface identifier, the same after every restart. */
    static Octets serverId(ClientTerms terms) {
        ByteBuf duid = Unpooled.buffer(12).writeShort(DUID_LL).writeShort(HARDWARE_EUI64);
        return Octets.read(duid.writeLong(terms.gatewayInterfaceId()));
    }

    /**
     * @param terms with IPv6
     * @param client where it goes: the lease, or the link-local address that goes with it
     * @return null for a message that another server is meant to answer, or that is not a client's
     */
    static @Nullable Reply encode(Dhcp6Request request, ClientTerms terms, Link.Address client) throws RefusedQuestion {
        Inet6Address lease = terms.ipv6();
        if (lease == null || !isForUs(request, serverId(terms))) {
            return null;
        }
        boolean confirmsNothing = request.type() == Dhcp6Request.CONFIRM
                && request.associations().stream().allMatch(ia -> ia.addresses().isEmpty());
        if (confirmsNothing) {
            // RFC 8415 §18.3.3: "the server MUST NOT send a Reply to the client"
            return null;
        }
        ByteBuf packet = OwnPackets.beginUdp6();
        new Dhcp6Reply(packet, request, terms).write(Octets.of(lease.getAddress()));
        OwnPackets.finishUdp6(packet, Link.local(terms.gatewayInterfaceId()), client, SERVER_PORT, CLIENT_PORT);
        return new Reply(packet);
    }

    /** RFC 8415 §16.2 to §16.12: what each message must and must not hold. */
    private static boolean isForUs(Dhcp6Request request, Octets us) throws RefusedQuestion {
        Octets server = request.serverId();
        boolean named = server != null;
        boolean ours = us.equals(server == null ? Octets.EMPTY : server);
        boolean identified = request.clientId() != null;
        return switch (request.type()) {
            case Dhcp6Request.SOLICIT, Dhcp6Request.CONFIRM, Dhcp6Request.REBIND -> {
                require(identified && !named);
                yield true;
            }
            case Dhcp6Request.REQUEST, Dhcp6Request.RENEW, Dhcp6Request.RELEASE, Dhcp6Request.DECLINE -> {
                require(identified && named);
                yield ours;
            }
            case Dhcp6Request.INFORMATION_REQUEST -> {
                require(request.associations().isEmpty());
                yield !named || ours;
            }
            default -> false;
        };
    }

    private static void require(boolean valid) throws RefusedQuestion {
        if (!valid) {
            throw RefusedQuestion.malformed("options that do not belong to the message");
        }
    }

    private void write(Octets lease) {
        boolean solicited = request.type() == Dhcp6Request.SOLICIT;
        boolean rapid = solicited && request.rapidCommit();
        out.writeByte(solicited && !rapid ? ADVERTISE : REPLY).writeMedium(request.transaction());
        put(Dhcp6Request.SERVER_ID, serverId(terms));
        if (request.clientId() != null) {
            put(Dhcp6Request.CLIENT_ID, request.clientId());
        }
        if (rapid) {
            put(Dhcp6Request.RAPID_COMMIT, Octets.EMPTY);
        }
        switch (request.type()) {
            case Dhcp6Request.CONFIRM -> putStatus(isConfirmed(lease) ? SUCCESS : NOT_ON_LINK);
            case Dhcp6Request.RELEASE, Dhcp6Request.DECLINE -> putStatus(SUCCESS);
            case Dhcp6Request.INFORMATION_REQUEST -> putSettings();
            default -> {
                if (solicited) {
                    // there is no other server to wait for
                    put(PREFERENCE, Octets.of((byte) HIGHEST_PREFERENCE));
                }
                putAssociations(lease);
                putSettings();
            }
        }
    }

    private boolean isConfirmed(Octets lease) {
        return request.associations().stream()
                .flatMap(ia -> ia.addresses().stream())
                .allMatch(lease::equals);
    }

    private void putAssociations(Octets lease) {
        boolean given = false;
        for (Association ia : request.associations()) {
            boolean gets = !given && ia.kind() == Dhcp6Request.IA_NA;
            putAssociation(ia, gets ? lease : null);
            given |= gets;
        }
    }

    private void putAssociation(Association ia, @Nullable Octets lease) {
        int start = begin(ia.kind());
        out.writeInt(ia.iaid());
        if (ia.kind() != Dhcp6Request.IA_TA) {
            out.writeInt(lease == null ? 0 : T1_SECONDS).writeInt(lease == null ? 0 : T2_SECONDS);
        }
        if (lease != null) {
            putAddress(lease, PREFERRED_SECONDS, VALID_SECONDS);
        } else {
            putStatus(ia.kind() == Dhcp6Request.IA_PD ? NO_PREFIXES : NO_ADDRESSES);
        }
        // RFC 8415 §18.3.4: addresses that are not the client's come back with lifetimes of 0, and it forgets them.
        boolean renews = request.type() == Dhcp6Request.RENEW || request.type() == Dhcp6Request.REBIND;
        for (Octets address : renews ? ia.addresses() : List.<Octets>of()) {
            if (lease == null || !address.equals(lease)) {
                putAddress(address, 0, 0);
            }
        }
        end(start);
    }

    private void putAddress(Octets address, int preferred, int valid) {
        int start = begin(Dhcp6Request.IA_ADDRESS);
        address.writeTo(out);
        out.writeInt(preferred).writeInt(valid);
        end(start);
    }

    private void putStatus(int status) {
        int start = begin(STATUS_CODE);
        out.writeShort(status);
        end(start);
    }

    /** RFC 3646. */
    private void putSettings() {
        List<Inet6Address> dns = terms.dns6();
        if (!dns.isEmpty() && request.asksFor(DNS_SERVERS)) {
            int start = begin(DNS_SERVERS);
            dns.stream().limit(MOST_DNS).forEach(server -> out.writeBytes(server.getAddress()));
            end(start);
        }
        byte[] domain = DomainName.text(terms.domain());
        if (domain != null && request.asksFor(DOMAIN_LIST)) {
            int start = begin(DOMAIN_LIST);
            DomainName.writeLabels(out, domain);
            end(start);
        }
    }

    private void put(int code, Octets value) {
        int start = begin(code);
        value.writeTo(out);
        end(start);
    }

    private int begin(int code) {
        out.writeShort(code).writeShort(0);
        return out.writerIndex();
    }

    private void end(int start) {
        out.setShort(start - 2, out.writerIndex() - start);
    }
}
