package dev.sluice.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What was measured: for each row and contender, one sample a round, or why not.
final class Measurements {
  private record Key(String row, String contender) {}

  private final Map<Key, List<Sample>> samples = new HashMap<>();
  private final Map<Key, String> failures = new HashMap<>();

  void add(Row row, Contender contender, Sample sample) {
    samples
        .computeIfAbsent(new Key(row.id(), contender.id()), key -> new ArrayList<>())
        .add(sample);
  }

  void fail(Row row, Contender contender, String why) {
    failures.put(new Key(row.id(), contender.id()), why);
  }

  List<Sample> of(Row row, String contender) {
    return samples.getOrDefault(new Key(row.id(), contender), List.of());
  }

  /// Why a contender failed in a row, or null.
  String failure(Row row, String contender) {
    return failures.getOrDefault(new Key(row.id(), contender), "");
  }

  /// The ratio of the first contender's figure to the second's: the median of the
  /// rounds' ratios; NaN if one of them has none. More is better for the first.
  double ratio(Row row, String first, String second) {
    List<Sample> ours = of(row, first);
    List<Sample> theirs = of(row, second);
    int rounds = Math.min(ours.size(), theirs.size());
    if (rounds == 0) {
      return Double.NaN;
    }
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      double ratio = ours.get(i).value() / theirs.get(i).value();
      ratios[i] = row.mode().isLessBetter() ? 1 / ratio : ratio;
    }
    return median(ratios);
  }

  /// How much more the first contender gets out of a second of processor time, client
  /// and server together: less noisy than speed on a machine that others use too.
  double thrift(Row row, String first, String second) {
    double ours = perSecond(row, first);
    double theirs = perSecond(row, second);
    return ours / theirs;
  }

  private double perSecond(Row row, String contender) {
    double[] figures = of(row, contender).stream()
        .mapToDouble(s -> s.rate() / (s.clientCpu() + s.serverCpu()))
        .toArray();
    return figures.length == 0 ? Double.NaN : median(figures);
  }

  /// The median of some figures.
  static double median(double... figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /// Median, range and processor time, as a cell of the table shows them.
  String cell(Row row, Contender contender) {
    List<Sample> all = of(row, contender.id());
    if (all.isEmpty()) {
      return failure(row, contender.id()).isEmpty() ? "-" : "failed";
    }
    double[] values = all.stream().mapToDouble(Sample::value).toArray();
    double least = Arrays.stream(values).min().orElseThrow();
    double most = Arrays.stream(values).max().orElseThrow();
    double cpu =
        median(all.stream().mapToDouble(s -> s.clientCpu() + s.serverCpu()).toArray());
    return String.format(Locale.ROOT, "%.1f [%.1f..%.1f] %.2f", median(values), least, most, cpu);
  }
}
