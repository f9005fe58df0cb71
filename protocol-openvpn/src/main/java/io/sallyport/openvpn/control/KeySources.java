package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.data.KeyMaterial;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.PeerInfo;
import org.jspecify.annotations.Nullable;

/** The random octets of both key method 2 messages, kept until a data key is made: clients before 2.6 have no other source for it. */
final class KeySources implements AutoCloseable {
    private KeyMethod2.@Nullable Client client;
    private KeyMethod2.@Nullable Server server;

    /** Copies what it needs of the message. */
    void keep(KeyMethod2 message) {
        switch (message) {
            case KeyMethod2.Client from -> {
                closeClient();
                client = new KeyMethod2.Client(
                        copy(from.preMaster()),
                        copy(from.random1()),
                        copy(from.random2()),
                        "",
                        "",
                        Secret.taking(new byte[0]),
                        PeerInfo.NONE);
            }
            case KeyMethod2.Server from -> {
                closeServer();
                server = new KeyMethod2.Server(copy(from.random1()), copy(from.random2()), "");
            }
        }
    }

    /** The 256 octets that both ends derive from them. */
    Secret derive(OvpnSessionId clientId, OvpnSessionId serverId) {
        if (client == null || server == null) {
            throw new IllegalStateException("the key method 2 messages are not both there");
        }
        return KeyMaterial.ofKeyMethod2(client, server, clientId, serverId).octets();
    }

    @Override
    public void close() {
        closeClient();
        closeServer();
    }

    private void closeClient() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    private void closeServer() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private static Secret copy(Secret of) {
        return of.slice(0, of.length());
    }
}
