package dev.sluice.cli.watch;

import dev.sluice.stack.HostObserver;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import dev.sluice.wire.SegmentText;

/// Makes observers that print what hosts do.
public final class Watcher {
  private final LinePrinter printer;
  private final Look look;
  private final TransitionText text;
  private final WallClock clock = new WallClock();

  /// What is printed, and how.
  ///
  /// @param transitions whether every transition is a line
  /// @param segments whether every segment is a line
  /// @param colour whether the terminal shows colours
  /// @param idWidth characters of the widest usual id
  public record Look(boolean transitions, boolean segments, boolean colour, int idWidth) {}

  /// @param printer where lines go
  public Watcher(LinePrinter printer, Look look) {
    this.printer = printer;
    this.look = look;
    text = new TransitionText(look.colour, look.idWidth, printer.arrow());
  }

  /// An observer for one host.
  ///
  /// @param prefix what stands before its ids, such as `server/`
  public HostObserver of(String prefix) {
    return new Printing(prefix);
  }

  private final class Printing implements HostObserver {
    private final String prefix;

    Printing(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public void onTransition(
        long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {
      if (!look.transitions) {
        return;
      }
      String idText = prefix + (id == 0 ? "-" : Long.toString(id));
      TransitionText.Transition transition =
          new TransitionText.Transition(clock.nowMicros(), idText, tuple, from, to, cause);
      printer.print(out -> text.append(out, transition));
    }

    @Override
    public void onSegment(boolean outbound, Segment segment, long nowNanos) {
      long micros = clock.nowMicros();
      String line = SegmentText.of(segment);
      printer.print(out -> {
        WallClock.appendTo(out, micros);
        out.append(' ').append(prefix).append(outbound ? "out " : "in  ").append(line);
      });
    }

    @Override
    public boolean wantsSegments() {
      return look.segments;
    }
  }
}
