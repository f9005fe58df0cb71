package io.sallyport.daemon.cli;

import io.sallyport.daemon.log.LogText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell; what peers chose (user names) cannot break a line or drive the terminal. */
final class Table {
    private Table() {}

    /** All rows have the same number of cells. */
    static void print(PrintWriter out, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = LogText.clean(row.get(i)).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = LogText.clean(row.get(i));
                line.append(cell).repeat(' ', widths.get(i) - cell.length() + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
