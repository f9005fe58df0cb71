package io.sallyport.sstp.wire;

/** Identifiers of attributes, MS-SSTP §2.2.4. */
public final class AttributeId {
    /** Only as what a {@link StatusInfo} is about. */
    public static final int NO_ERROR = 0;

    public static final int ENCAPSULATED_PROTOCOL_ID = 1;
    public static final int STATUS_INFO = 2;
    public static final int CRYPTO_BINDING = 3;
    public static final int CRYPTO_BINDING_REQ = 4;

    private AttributeId() {}
}
