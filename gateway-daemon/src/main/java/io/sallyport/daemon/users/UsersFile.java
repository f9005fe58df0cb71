package io.sallyport.daemon.users;

import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.files.LockFile;
import io.sallyport.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code users.yaml}: names and NT hashes. Replaced whole on every change, under a lock beside it, so two writers cannot lose each other's users. */
public final class UsersFile {
    /** What an OpenVPN client can send at most is 128 octets; longer names are mistakes. */
    private static final int MAX_NAME = 128;

    private static final String HEAD = """
            # Local users of Sallyport; change them with 'sallyport user'. The hashes are as good as the passwords:
            # keep this file readable by its owner alone.
            """;
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private final Path file;

    public UsersFile(Path file) {
        this.file = file;
    }

    /** What a change does to the users; it may refuse. */
    @FunctionalInterface
    interface Change {
        void apply(Map<String, Secret> users) throws UsersException;
    }

    /** The text of a file without users. */
    public static String empty() {
        return HEAD + "users: {}\n";
    }

    /** Names and NT hashes of 16 octets, sorted; whoever keeps the hashes wipes them. */
    public SortedMap<String, Secret> read() throws UsersException {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new UsersException(file + " does not exist");
        } catch (IOException e) {
            throw new UsersException(file + " cannot be read; check its permissions and that it is UTF-8 text");
        }
    }

    private SortedMap<String, Secret> parse(String text) throws UsersException {
        SortedMap<String, Secret> users = new TreeMap<>();
        try {
            JsonNode listed = MAPPER.readTree(text).path("users");
            if (!listed.isObject()) {
                throw new UsersException(file + " has no 'users:'; make one with 'sallyport user add'");
            }
            for (Map.Entry<String, JsonNode> user : listed.properties()) {
                String name = user.getKey();
                requireName(name);
                users.put(name, hash(name, user.getValue().path("nt-hash").asString("")));
            }
        } catch (JacksonException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " near line " + e.getLocation().getLineNr();
            throw new UsersException(file + " is not valid YAML" + where);
        }
        return users;
    }

    private Secret hash(String name, String digits) throws UsersException {
        if (!digits.matches("[0-9a-fA-F]{32}")) {
            throw new UsersException(file + ": user '" + name
                    + "' has no nt-hash of 32 hexadecimal digits; use 'sallyport user passwd'");
        }
        return Secret.taking(HexFormat.of().parseHex(digits));
    }

    public void add(String name, char[] password) throws UsersException {
        requireName(name);
        requirePassword(password);
        change(users -> {
            if (users.containsKey(name)) {
                throw new UsersException(
                        "user '" + name + "' exists; change the password with 'sallyport user passwd'");
            }
            users.put(name, Secret.taking(NtHash.of(password)));
        });
    }

    public void changePassword(String name, char[] password) throws UsersException {
        requirePassword(password);
        change(users -> {
            requireKnown(users, name);
            users.put(name, Secret.taking(NtHash.of(password)));
        });
    }

    public void remove(String name) throws UsersException {
        change(users -> {
            requireKnown(users, name);
            users.remove(name);
        });
    }

    private void change(Change change) throws UsersException {
        try (LockFile _ = LockFile.lock(file.resolveSibling(file.getFileName() + ".lock"))) {
            SortedMap<String, Secret> users = Files.exists(file) ? read() : new TreeMap<>();
            change.apply(users);
            PrivateFiles.write(file, text(users));
        } catch (IOException e) {
            throw new UsersException(file + " cannot be written; check the permissions of its directory");
        }
    }

    private static String text(SortedMap<String, Secret> users) {
        if (users.isEmpty()) {
            return empty();
        }
        StringBuilder text = new StringBuilder(HEAD).append("users:\n");
        users.forEach((name, hash) -> text.append("  \"")
                .append(name.replace("\\", "\\\\").replace("\"", "\\\""))
                .append("\": { nt-hash: \"")
                .append(HexFormat.of().formatHex(hash.expose()))
                .append("\" }\n"));
        return text.toString();
    }

    private static void requireName(String name) throws UsersException {
        boolean printable = name.codePoints().noneMatch(c -> Character.isISOControl(c) || !Character.isDefined(c));
        if (name.isBlank() || name.length() > MAX_NAME || !printable || !name.equals(name.strip())) {
            throw new UsersException(
                    "a user name has 1 to " + MAX_NAME + " printable characters and no blanks around it");
        }
    }

    private static void requireKnown(Map<String, Secret> users, String name) throws UsersException {
        if (!users.containsKey(name)) {
            throw new UsersException("there is no user '" + name + "'; see 'sallyport user list'");
        }
    }

    private static void requirePassword(char[] password) throws UsersException {
        // RFC 2759 §8.3: "0-to-256-unicode-char Password"; an empty one is no password.
        if (password.length == 0 || password.length > 256) {
            throw new UsersException("a password has 1 to 256 characters");
        }
    }
}
