package io.sallyport.daemon.bundle;

import io.sallyport.daemon.files.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/** A small archive of texts, made in memory and written whole, mode 0600. The format is POSIX.1-1988 ustar. */
final class TarGz {
    private static final int BLOCK = 512;
    private static final int NAME_OCTETS = 100;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_OCTETS = 8;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final GZIPOutputStream out;
    private final String directory;
    private final Instant time;

    TarGz(String directory, Instant time) throws IOException {
        this.directory = directory;
        this.time = time;
        this.out = new GZIPOutputStream(octets);
    }

    void add(String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        out.write(header(directory + "/" + name, content.length));
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    void writeTo(Path file) throws IOException {
        // two blocks of zeros end the archive
        out.write(new byte[2 * BLOCK]);
        out.finish();
        PrivateFiles.handOut(file, octets.toByteArray());
    }

    private byte[] header(String name, int size) {
        byte[] header = new byte[BLOCK];
        if (name.length() >= NAME_OCTETS) {
            throw new IllegalArgumentException("a name of " + name.length() + " octets");
        }
        put(header, 0, name);
        put(header, 100, "0000600\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, octal(size));
        put(header, 136, octal(time.getEpochSecond()));
        put(header, CHECKSUM_AT, " ".repeat(CHECKSUM_OCTETS));
        header[156] = '0';
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte octet : header) {
            sum += octet & 0xFF;
        }
        put(header, CHECKSUM_AT, "%06o\0 ".formatted(sum));
        return header;
    }

    private static String octal(long value) {
        return "%011o\0".formatted(value);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octets, 0, header, at, octets.length);
    }
}
