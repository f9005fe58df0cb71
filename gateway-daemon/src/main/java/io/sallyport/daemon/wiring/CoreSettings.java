package io.sallyport.daemon.wiring;

import io.sallyport.core.ClientSettings;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.forward.ForwardingSettings;
import io.sallyport.core.session.SessionLimits;
import io.sallyport.daemon.config.GatewayConfig;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration in the core's terms. */
final class CoreSettings {
    private CoreSettings() {}

    static GatewaySettings of(GatewayConfig config, AddressPools pools) {
        GatewayConfig.Addresses addresses = config.addresses();
        return new GatewaySettings(
                new ClientSettings(
                        addresses.dns(), addresses.dnsDomain(), addresses.routes(), pools.gatewayAddresses()),
                new ForwardingSettings(addresses.isolation()),
                limits(config));
    }

    private static SessionLimits limits(GatewayConfig config) {
        GatewayConfig.SessionRules rules = config.sessions();
        boolean replace = rules.sameUser() == GatewayConfig.SameUser.REPLACE;
        int perUser = rules.perUser() > 0 ? rules.perUser() : replace ? 1 : SessionLimits.UNLIMITED;
        return new SessionLimits(
                config.gateway().sku().otherSessions(),
                Map.of("sstp", config.gateway().sku().sstpSessions()),
                perUser,
                replace,
                positive(rules.timeout()),
                positive(rules.idleTimeout()));
    }

    private static @Nullable Duration positive(Duration timeout) {
        return timeout.isPositive() ? timeout : null;
    }
}
