package io.sallyport.openvpn.wire;

/** What {@code --key-direction} says: which of a static key's two keys an end sends with. */
public enum KeyDirection {
    /** {@code key-direction 0}, a server's by custom. */
    NORMAL(0, 1),
    /** {@code key-direction 1}, a client's by custom. */
    INVERSE(1, 0),
    /** None: the first key both ways. */
    BIDIRECTIONAL(0, 0);

    private final int sends;
    private final int receives;

    KeyDirection(int sends, int receives) {
        this.sends = sends;
        this.receives = receives;
    }

    int sends() {
        return sends;
    }

    int receives() {
        return receives;
    }

    /** The other end's. */
    public KeyDirection opposite() {
        return switch (this) {
            case NORMAL -> INVERSE;
            case INVERSE -> NORMAL;
            case BIDIRECTIONAL -> BIDIRECTIONAL;
        };
    }
}
