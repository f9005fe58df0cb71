package io.sallyport.daemon.users;

import io.sallyport.core.auth.LocalUser;
import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.files.LockFile;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.files.Reason;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code users.yaml}: for each name an {@code nt-hash} and, if the operator wrote them, {@code disabled}, {@code groups}, {@code ipv4} and {@code password-expires}. Replaced whole on every
 * change, under a lock beside it, so two writers cannot lose each other's users.
 *
 * <p>The NT hash (RFC 2759 §8.3) is the only form that PAP, MS-CHAPv2 and EAP-MSCHAPv2 can all be checked against, and it is as good as the password: guard it.
 */
public final class UsersFile {
    /** What an OpenVPN client can send at most is 128 octets; longer names are mistakes. */
    private static final int MAX_NAME = 128;

    private static final int MAX_PASSWORD = 256;
    private static final int ISO_DATE_LENGTH = 10;

    private static final String HEAD = """
            # Local users of Sallyport; change them with 'sallyport user'. The hashes are as good as the passwords:
            # keep this file readable by its owner alone.
            """;
    private static final Set<String> FIELDS = Set.of("nt-hash", "disabled", "groups", "ipv4", "password-expires");

    /** A second entry of a name, or a second document, would silently take the place of the first or be left out. */
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;

    public UsersFile(Path file) {
        this.file = file;
    }

    /** What a change does to the users; it may refuse. */
    @FunctionalInterface
    interface Change {
        void apply(Map<String, LocalUser> users) throws UsersException;
    }

    /** The text of a file without users. */
    public static String empty() {
        return HEAD + "users: {}\n";
    }

    /** By name, sorted; whoever keeps the hashes wipes them. */
    public SortedMap<String, LocalUser> read() throws UsersException {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new UsersException(file + " does not exist; make it with 'sallyport user add'");
        } catch (IOException e) {
            throw new UsersException(
                    file + " cannot be read (" + Reason.of(e) + "); check its permissions and that it is UTF-8 text");
        }
    }

    private SortedMap<String, LocalUser> parse(String text) throws UsersException {
        SortedMap<String, LocalUser> users = new TreeMap<>();
        try {
            JsonNode top = MAPPER.readTree(text);
            JsonNode listed = top.path("users");
            if (!listed.isObject()) {
                throw new UsersException(file + " has no 'users:'; write users: {} and then 'sallyport user add'");
            }
            requireKnown(top, Set.of("users"), "");
            for (Map.Entry<String, JsonNode> entry : listed.properties()) {
                users.put(entry.getKey(), user(entry.getKey(), entry.getValue()));
            }
        } catch (JacksonException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " near line " + e.getLocation().getLineNr();
            throw new UsersException(file + " is not valid YAML, or has a name or key twice" + where
                    + "; correct it or put back a copy");
        }
        return users;
    }

    private LocalUser user(String name, JsonNode fields) throws UsersException {
        requireName(name);
        String digits = fields.path("nt-hash").asString("");
        if (!digits.matches("[0-9a-fA-F]{32}")) {
            throw new UsersException(file + ": user '" + name
                    + "' has no nt-hash of 32 hexadecimal digits; use 'sallyport user passwd'");
        }
        requireKnown(fields, FIELDS, "user '" + name + "': ");
        Set<String> groups = groups(name, fields);
        boolean disabled = disabled(name, fields);
        Inet4Address address = address(name, fields);
        LocalDate expires = passwordExpires(name, fields);
        return new LocalUser(name, Secret.taking(HexFormat.of().parseHex(digits)), disabled, groups, address, expires);
    }

    /** What is not understood may have been meant to keep somebody out. */
    private void requireKnown(JsonNode fields, Set<String> known, String where) throws UsersException {
        for (String key : fields.propertyNames()) {
            if (!known.contains(key)) {
                throw new UsersException(file + ": " + where + "unknown key '" + key + "'; known here: "
                        + known.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    private boolean disabled(String name, JsonNode fields) throws UsersException {
        JsonNode disabled = fields.get("disabled");
        if (disabled != null && !disabled.isBoolean()) {
            throw new UsersException(
                    file + ": user '" + name + "': disabled is neither true nor false; write true or false");
        }
        return disabled != null && disabled.booleanValue();
    }

    private Set<String> groups(String name, JsonNode fields) throws UsersException {
        JsonNode listed = fields.get("groups");
        Set<String> groups = new TreeSet<>();
        if (listed == null) {
            return groups;
        }
        for (JsonNode group : listed) {
            groups.add(group.asString(""));
        }
        if (!listed.isArray() || groups.contains("")) {
            throw new UsersException(
                    file + ": user '" + name + "': groups is not a list of names; write [one, another]");
        }
        return groups;
    }

    private @Nullable Inet4Address address(String name, JsonNode fields) throws UsersException {
        JsonNode written = fields.get("ipv4");
        if (written == null) {
            return null;
        }
        String text = written.asString("");
        try {
            Inet4Address address = Inet4Address.ofLiteral(text);
            // 10.8 would be 10.0.0.8
            if (address.getHostAddress().equals(text)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new UsersException(file + ": user '" + name + "': ipv4 is not an address; write it as 172.16.201.9");
    }

    private @Nullable LocalDate passwordExpires(String name, JsonNode fields) throws UsersException {
        JsonNode written = fields.get("password-expires");
        if (written == null) {
            return null;
        }
        String text = written.isString() ? written.stringValue() : "";
        try {
            // LocalDate also takes years of more digits.
            if (text.length() == ISO_DATE_LENGTH) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        throw new UsersException(file + ": user '" + name + "': password-expires is not a day; write it as 2027-01-31");
    }

    /** The caller wipes the password. */
    public void add(String name, Secret password) throws UsersException {
        requireName(name);
        requirePassword(password);
        change(users -> {
            if (users.containsKey(name)) {
                throw new UsersException(
                        "user '" + name + "' exists; change the password with 'sallyport user passwd'");
            }
            users.put(name, new LocalUser(name, MsChapV2Hashes.ntHash(password), false, Set.of(), null));
        });
    }

    /** A new password does not expire before somebody writes so. */
    public void changePassword(String name, Secret password) throws UsersException {
        requirePassword(password);
        change(users -> {
            LocalUser old = known(users, name);
            users.put(
                    name,
                    new LocalUser(name, MsChapV2Hashes.ntHash(password), old.disabled(), old.groups(), old.ipv4()));
        });
    }

    public void remove(String name) throws UsersException {
        change(users -> users.remove(known(users, name).name()));
    }

    private void change(Change change) throws UsersException {
        try (LockFile _ = LockFile.lock(file.resolveSibling(file.getFileName() + ".lock"))) {
            SortedMap<String, LocalUser> users = Files.exists(file) ? read() : new TreeMap<>();
            change.apply(users);
            PrivateFiles.write(file, text(users));
        } catch (IOException e) {
            throw new UsersException(file + " cannot be written (" + Reason.of(e)
                    + "); make room there or let this user write in its directory");
        }
    }

    private static String text(SortedMap<String, LocalUser> users) {
        if (users.isEmpty()) {
            return empty();
        }
        StringBuilder text = new StringBuilder(HEAD).append("users:\n");
        users.values().forEach(user -> text.append(line(user)));
        return text.toString();
    }

    private static String line(LocalUser user) {
        StringBuilder line = new StringBuilder("  ")
                .append(quoted(user.name()))
                .append(": { nt-hash: \"")
                .append(HexFormat.of().formatHex(user.ntHash().expose()))
                .append('"');
        if (user.disabled()) {
            line.append(", disabled: true");
        }
        if (!user.groups().isEmpty()) {
            line.append(", groups: [")
                    .append(user.groups().stream()
                            .sorted()
                            .map(UsersFile::quoted)
                            .collect(Collectors.joining(", ")))
                    .append(']');
        }
        if (user.ipv4() != null) {
            line.append(", ipv4: ").append(user.ipv4().getHostAddress());
        }
        if (user.passwordExpires() != null) {
            line.append(", password-expires: ").append(user.passwordExpires());
        }
        return line.append(" }\n").toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void requireName(String name) throws UsersException {
        boolean printable = name.codePoints().noneMatch(c -> Character.isISOControl(c) || !Character.isDefined(c));
        if (name.isBlank() || name.length() > MAX_NAME || !printable || !name.equals(name.strip())) {
            throw new UsersException(
                    "a user name has 1 to " + MAX_NAME + " printable characters and no blanks around it");
        }
    }

    private static LocalUser known(Map<String, LocalUser> users, String name) throws UsersException {
        LocalUser user = users.get(name);
        if (user == null) {
            throw new UsersException("there is no user '" + name + "'; see 'sallyport user list'");
        }
        return user;
    }

    private static void requirePassword(Secret password) throws UsersException {
        // RFC 2759 §8.3: "0-to-256-unicode-char Password"; an empty one is no password.
        int characters = 0;
        for (byte octet : password.expose()) {
            // all but the octets that go on with a character of UTF-8
            if ((octet & 0xc0) != 0x80) {
                characters++;
            }
        }
        if (characters == 0 || characters > MAX_PASSWORD) {
            throw new UsersException("a password has 1 to " + MAX_PASSWORD + " characters");
        }
    }
}
