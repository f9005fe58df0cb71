package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;

/** A method that says what it is told: the first octet of a response decides. */
final class ScriptedMethod implements EapMethod {
    static final byte ASK = 1;
    static final byte AGAIN = 2;
    static final byte ACCEPT = 3;
    static final byte REFUSE = 4;

    private final int type;
    String identity = "nobody";
    boolean closed;
    int asked;

    ScriptedMethod(int type) {
        this.type = type;
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public int mostPackets() {
        return 30;
    }

    @Override
    public Turn begin(String name) {
        identity = name;
        return new Turn.Ask(Octets.of((byte) 0));
    }

    @Override
    public Turn receive(Octets data) {
        return switch (data.isEmpty() ? REFUSE : data.at(0)) {
            case ASK -> new Turn.Ask(Octets.of((byte) ++asked));
            case AGAIN -> new Turn.Again();
            case ACCEPT -> new Turn.Accept(Grant.of(identity));
            default -> Turn.Refuse.of(RejectReason.BAD_CREDENTIALS, "as told");
        };
    }

    @Override
    public void close() {
        closed = true;
    }
}
