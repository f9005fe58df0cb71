package io.sallyport.daemon.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known key that somebody most likely meant. */
final class NearestKey {
    private NearestKey() {}

    /** Null when none is near: more than a third of its letters, and more than 2, would have to change. */
    static @Nullable String of(String written, Collection<String> known) {
        String nearest = null;
        int best = Integer.MAX_VALUE;
        for (String key : known) {
            int distance = distance(plain(written), plain(key));
            if (distance < best && distance <= Math.max(2, key.length() / 3)) {
                nearest = key;
                best = distance;
            }
        }
        return nearest;
    }

    private static String plain(String key) {
        return key.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Levenshtein's: insertions, deletions and replacements that turn one into the other. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
