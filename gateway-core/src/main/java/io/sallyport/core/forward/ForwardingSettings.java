package io.sallyport.core.forward;

/**
 * What may change while packets flow.
 *
 * @param clientIsolation whether clients cannot reach each other
 */
public record ForwardingSettings(boolean clientIsolation) {
    public static final ForwardingSettings DEFAULT = new ForwardingSettings(true);
}
