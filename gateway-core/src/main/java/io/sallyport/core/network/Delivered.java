package io.sallyport.core.network;

/**
 * What arrived at the sink.
 *
 * @param octets of UDP payload
 * @param reordered packets whose sequence number was not above all before it; duplicates are among them
 * @param highestSequence -1 before the first
 */
public record Delivered(long packets, long octets, long reordered, long highestSequence) {
    /** Packets missing up to the highest sequence number, for a source that counts from 0 and sends none twice. */
    public long lost() {
        return Math.max(0, highestSequence + 1 - packets);
    }
}
