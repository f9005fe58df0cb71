package io.sallyport.openvpn.wire;

/** How packets of the data channel are numbered and keyed; agreed by the push. */
public enum DataFormat {
    /** A packet id of 32 bits, the tag before the ciphertext, one key until the next negotiation. */
    PACKET_ID,
    /** {@code aead-epoch}, since OpenVPN 2.7: an epoch of 16 bits and a packet id of 48, the tag at the end, a new key for each epoch without a negotiation. */
    EPOCH
}
