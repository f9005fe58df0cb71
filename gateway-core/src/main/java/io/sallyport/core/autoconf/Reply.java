package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;

/**
 * An answer.
 *
 * @param packet a whole IP packet with the room around it that links want; the receiver's to release
 * @param omittedRoutes those that did not fit
 */
record Reply(ByteBuf packet, int omittedRoutes) {
    Reply(ByteBuf packet) {
        this(packet, 0);
    }
}
