package io.sallyport.core.host;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host on paper: what was run and written, in order. */
final class RecordingHost implements Host {
    final List<String> done = new ArrayList<>();
    final Map<String, String> settings = new HashMap<>(Map.of(
            "kernel/random/boot_id", "boot-1",
            "net/ipv4/ip_forward", "0",
            "net/ipv6/conf/all/forwarding", "0"));
    /** What it would send from to reach a client. */
    final Map<InetAddress, InetAddress> sources = new HashMap<>();

    String failsOn = "nothing";

    @Override
    public void run(String input, List<String> command) throws HostException {
        String line = String.join(" ", command) + (input.isEmpty() ? "" : " < " + input);
        if (line.contains(failsOn)) {
            throw new HostException("failed as told");
        }
        done.add(line);
    }

    @Override
    public String read(String setting) {
        return settings.getOrDefault(setting, "");
    }

    @Override
    public void write(String setting, String value) {
        settings.put(setting, value);
        done.add(setting + " = " + value);
    }

    @Override
    public @Nullable InetAddress sourceTowards(InetAddress target) {
        return sources.get(target);
    }
}
