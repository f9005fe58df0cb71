package io.sallyport.core.host;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The programs and kernel settings of the host; an interface so that tests see what would be done, or do it elsewhere. */
public interface Host {
    /**
     * Runs a program to its end, within a deadline.
     *
     * @param input for its standard input, may be empty
     * @throws HostException when the program is missing, takes too long or ends with another status than 0
     */
    void run(String input, List<String> command) throws HostException;

    /** A kernel setting by its path below {@code /proc/sys}, as {@code net/ipv4/ip_forward}, without white space around. */
    String read(String setting) throws HostException;

    void write(String setting, String value) throws HostException;

    /**
     * The address that the kernel would send from to reach another, by its addresses and routes of now; null when there
     * is no way.
     */
    @Nullable
    InetAddress sourceTowards(InetAddress target);
}
