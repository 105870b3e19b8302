package dev.sluice.bench.table;

import dev.sluice.bench.line.Plan;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One line of the throughput table: a control on a path.
///
/// @param control the congestion control
/// @param rttMillis round trip
/// @param loss packets lost by chance, 0 to 1
/// @param burst how many together, on average
/// @param reordering packets overtaken, 0 to 1
public record Cell(
    CongestionAlgorithm control, int rttMillis, double loss, int burst, double reordering) {
  /// Of every line in the table.
  public static final long BITS_PER_SECOND = 1_000_000_000L;

  /// Octets of text in a packet of 1,500 with timestamps.
  static final int TEXT_BYTES = 1_448;

  /// What is left of that for text.
  static final double LINE_BITS_PER_SECOND = BITS_PER_SECOND * TEXT_BYTES / 1_500.0;

  private static final int BURST = 4;
  private static final double[] LOSSES = {0, 0.0001, 0.001, 0.01, 0.03};

  /// The whole table.
  public static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (CongestionAlgorithm control : CongestionAlgorithm.values()) {
      for (int rtt : new int[] {1, 10, 50, 100}) {
        for (double reordering : new double[] {0, 0.01, 0.05}) {
          cells.addAll(all(control, rtt, reordering));
        }
      }
    }
    return cells;
  }

  private static List<Cell> all(CongestionAlgorithm control, int rtt, double reordering) {
    List<Cell> cells = new ArrayList<>();
    for (double loss : LOSSES) {
      cells.add(new Cell(control, rtt, loss, 1, reordering));
      if (loss > 0) {
        cells.add(new Cell(control, rtt, loss, BURST, reordering));
      }
    }
    return cells;
  }

  /// The path.
  Plan plan() {
    return Plan.clean(BITS_PER_SECOND, rttMillis * 1_000_000L)
        .losing(loss, burst)
        .reordering(reordering);
  }

  /// Segments after which the cell has been looked at for long enough: some hundred
  /// losses, or nothing: the least time does.
  long segments() {
    if (loss == 0) {
      return 0;
    }
    return Math.clamp(Math.round(300 * burst / loss), 30_000, 1_000_000);
  }

  /// Segments of text that the path holds without its queue.
  double holds() {
    return plan().productBytes() / 1_500.0;
  }

  /// The window that the model foretells, in segments, as if the line had no bound.
  double modelWindow() {
    double event = loss / burst;
    return event == 0 ? Double.POSITIVE_INFINITY : Model.window(control, rttMillis / 1e3, event);
  }

  /// The goodput that the model foretells, bit/s: its window in each round trip, at most
  /// what the line carries.
  double modelBitsPerSecond() {
    return Math.min(LINE_BITS_PER_SECOND, modelWindow() * TEXT_BYTES * 8 / (rttMillis / 1e3));
  }

  /// Why the model says nothing about this cell, or an empty text.
  String beyondModel() {
    if (reordering > 0 && loss > 0) {
      return "reordering";
    }
    if (loss > 0 && modelWindow() < 16) {
      return "small window";
    }
    if (loss > 0 && modelWindow() > holds() * 0.6 && modelWindow() < holds() * 3) {
      return "queue";
    }
    if (loss > 0 && Model.isCubic(control, rttMillis / 1e3, loss / burst)) {
      return "chance";
    }
    return "";
  }

  /// The line's first columns, which name it.
  String name() {
    String lost = loss == 0
        ? "0"
        : String.format(Locale.ROOT, "%s%s", percent(loss), burst > 1 ? " in bursts" : "");
    return control.socketName() + " | " + rttMillis + " ms | " + lost + " | " + percent(reordering);
  }

  private static String percent(double share) {
    return share == 0 ? "0" : String.format(Locale.ROOT, "%s %%", trimmed(share * 100));
  }

  private static String trimmed(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
  }
}
