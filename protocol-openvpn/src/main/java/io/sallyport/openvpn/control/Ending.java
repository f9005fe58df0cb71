package io.sallyport.openvpn.control;

/** Something that the server said ends a client's connection. Has no stack trace: it is an answer, not an accident. */
final class Ending extends Exception {
    private static final long serialVersionUID = 1;

    private final ClientOut.End end;

    Ending(ClientOut.End end, String detail) {
        super(detail, null, false, false);
        this.end = end;
    }

    ClientOut.End end() {
        return end;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
