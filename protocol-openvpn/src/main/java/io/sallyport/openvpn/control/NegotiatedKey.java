package io.sallyport.openvpn.control;

/** One key id of a connection: its channel and its times. */
abstract class NegotiatedKey {
    final KeyChannel channel;
    final KeySources sources = new KeySources();

    /** By when its negotiation must be over. */
    long finishBy;

    /** When its stage began, or when it stopped to be the one in use. */
    long since;

    NegotiatedKey(KeyChannel channel, long since, long finishBy) {
        this.channel = channel;
        this.since = since;
        this.finishBy = finishBy;
    }

    int keyId() {
        return channel.keyId();
    }

    /** 0 comes once; then 1 to 7 and 1 again. */
    int nextKeyId() {
        return after(keyId());
    }

    static int after(int keyId) {
        return keyId == 7 ? 1 : keyId + 1;
    }

    /** Wipes what it holds. */
    void close() {
        channel.close();
        sources.close();
    }
}
