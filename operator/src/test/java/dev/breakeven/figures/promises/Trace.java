package dev.breakeven.figures.promises;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The traffic of one workload in steps of one length without gaps, from {@code start} on. */
final class Trace {
  private final String workload;
  private final long start;
  private final int stepSeconds;
  private final double[] input;
  private final double[] output;

  Trace(String workload, long start, int stepSeconds, double[] input, double[] output) {
    this.workload = workload;
    this.start = start;
    this.stepSeconds = stepSeconds;
    this.input = input;
    this.output = output;
  }

  String workload() {
    return workload;
  }

  long start() {
    return start;
  }

  int stepSeconds() {
    return stepSeconds;
  }

  double[] input() {
    return input;
  }

  double[] output() {
    return output;
  }

  static List<Trace> read(Path csv) throws IOException {
    Map<String, List<double[]>> rows = new LinkedHashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(csv)) {
      List<String> header = List.of(lines.readLine().split(","));
      int t = header.indexOf("t_s");
      int in = header.indexOf("input_tokens_per_s");
      int out = header.indexOf("output_tokens_per_s");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        rows.computeIfAbsent(cells[0], w -> new ArrayList<>())
            .add(
                new double[] {
                  Double.parseDouble(cells[t]),
                  Double.parseDouble(cells[in]),
                  Double.parseDouble(cells[out])
                });
      }
    }
    return rows.entrySet().stream().map(e -> of(e.getKey(), e.getValue())).toList();
  }

  private static Trace of(String workload, List<double[]> rows) {
    long start = (long) rows.get(0)[0];
    int step = (int) (rows.get(1)[0] - start);
    double[] input = new double[rows.size()];
    double[] output = new double[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      if ((long) rows.get(i)[0] != start + (long) i * step) {
        throw new IllegalArgumentException(workload + " has a gap at " + rows.get(i)[0]);
      }
      input[i] = rows.get(i)[1];
      output[i] = rows.get(i)[2];
    }
    return new Trace(workload, start, step, input, output);
  }

  int steps() {
    return input.length;
  }

  double stepHours() {
    return stepSeconds / 3600.0;
  }
}
