package io.sallyport.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips where root or a tool is missing and says which; fails instead when {@link InteropMode} says that they must be there. */
final class Prerequisites implements ExecutionCondition {
    private static final List<String> TOOLS = List.of(
            "openvpn",
            "iperf3",
            "nft",
            "ip",
            "ping",
            "openssl",
            "setpriv",
            "sysctl",
            "bash",
            "kill",
            "tar",
            "unshare",
            "dpkg",
            "adduser",
            "systemd-analyze",
            "sstpc",
            "pppd",
            "linux.uml",
            "insmod",
            "pgrep",
            "haproxy",
            "ss",
            "perl");
    private static final List<String> DIRECTORIES =
            List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("root and all tools are there");
        }
        String reason = "interop tests need " + String.join(", ", missing);
        if (InteropMode.current() != InteropMode.WHERE_POSSIBLE) {
            throw new IllegalStateException(reason + " (SALLYPORT_INTEROP demands them)");
        }
        System.err.println("SKIPPED " + context.getDisplayName() + ": " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    private static List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            missing.add("/dev/net/tun");
        }
        for (String tool : TOOLS) {
            if (DIRECTORIES.stream().noneMatch(d -> Files.isExecutable(Path.of(d, tool)))) {
                missing.add("the command " + tool);
            }
        }
        if (missing.isEmpty() && !Command.run("ip", "netns", "list").ok()) {
            missing.add("network namespaces (ip netns)");
        }
        return missing;
    }
}
