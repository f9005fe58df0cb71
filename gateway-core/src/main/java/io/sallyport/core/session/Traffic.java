package io.sallyport.core.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What went through one session, inner octets and packets: written by its worker alone, read by anybody. */
public final class Traffic {
    private static final VarHandle UP_OCTETS = handle("upOctets");
    private static final VarHandle UP_PACKETS = handle("upPackets");
    private static final VarHandle DOWN_OCTETS = handle("downOctets");
    private static final VarHandle DOWN_PACKETS = handle("downPackets");

    @SuppressWarnings("unused") // by the handles
    private long upOctets;

    @SuppressWarnings("unused")
    private long upPackets;

    @SuppressWarnings("unused")
    private long downOctets;

    @SuppressWarnings("unused")
    private long downPackets;

    public void countUp(int octets) {
        add(UP_OCTETS, octets);
        add(UP_PACKETS, 1);
    }

    public void countDown(int octets) {
        add(DOWN_OCTETS, octets);
        add(DOWN_PACKETS, 1);
    }

    /** From the client. */
    public long upOctets() {
        return (long) UP_OCTETS.getOpaque(this);
    }

    public long upPackets() {
        return (long) UP_PACKETS.getOpaque(this);
    }

    /** To the client. */
    public long downOctets() {
        return (long) DOWN_OCTETS.getOpaque(this);
    }

    public long downPackets() {
        return (long) DOWN_PACKETS.getOpaque(this);
    }

    private void add(VarHandle counter, long amount) {
        counter.setOpaque(this, (long) counter.getOpaque(this) + amount);
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Traffic.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
