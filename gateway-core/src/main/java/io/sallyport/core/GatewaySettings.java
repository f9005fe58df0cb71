package io.sallyport.core;

import io.sallyport.core.forward.ForwardingSettings;
import io.sallyport.core.session.SessionLimits;

/** All of the core's settings that may change while it runs. */
public record GatewaySettings(ClientSettings clients, ForwardingSettings forwarding, SessionLimits limits) {
    /** Clients isolated, sessions unlimited. */
    public static GatewaySettings of(ClientSettings clients) {
        return new GatewaySettings(clients, ForwardingSettings.DEFAULT, SessionLimits.NONE);
    }
}
