package dev.sluice.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stack.HostObserver;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LinePrinterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private PrintStream out(OutputStream target) {
    return new PrintStream(target, false, StandardCharsets.UTF_8);
  }

  @Test
  void linesComeOutInOrderAndAllOfThemBeforeTheEnd() {
    LinePrinter printer = new LinePrinter(out(bytes)).start();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      printer.print("line " + i);
      expected.append("line ").append(i).append('\n');
    }
    printer.close();

    assertThat(printed()).isEqualTo(expected.toString());
  }

  @Test
  void aStuckTerminalCostsLinesAndItSaysHowMany() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    OutputStream slow = new OutputStream() {
      @Override
      public void write(int octet) {
        bytes.write(octet);
      }

      @Override
      public void write(byte[] octets, int from, int count) {
        stuck.countDown();
        try {
          free.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        bytes.write(octets, from, count);
      }
    };
    LinePrinter printer = new LinePrinter(out(slow), 4).start();
    printer.print("first");
    stuck.await();
    for (int i = 0; i < 10; i++) {
      printer.print("more"); // never waits, though nobody prints
    }
    free.countDown();
    printer.close();

    assertThat(printed()).startsWith("first\nmore\nmore\nmore\nmore\n... 6 lines dropped");
  }

  @Test
  void transitionsAreAligned() {
    LinePrinter printer = new LinePrinter(out(bytes)).start();
    HostObserver observer =
        new Watcher(printer, new Watcher.Look(true, false, false, 9)).of("server/");
    FourTuple tuple =
        new FourTuple(IpAddress.parse("198.18.0.2"), 7, IpAddress.parse("198.18.0.1"), 40_000);
    observer.onTransition(0, tuple, State.LISTEN, State.SYN_RECEIVED, "rcv SYN, snd SYN,ACK", 0);
    observer.onTransition(3, tuple, State.SYN_RECEIVED, State.ESTABLISHED, "rcv ACK of SYN", 0);
    observer.onTransition(3, tuple, State.LAST_ACK, State.CLOSED, "", 0);
    printer.close();

    assertThat(printed().lines().map(line -> line.substring(15)))
        .containsExactly(
            " server/-  198.18.0.2:7 > 198.18.0.1:40000              "
                + "LISTEN → SYN-RECEIVED  rcv SYN, snd SYN,ACK",
            " server/3  198.18.0.2:7 > 198.18.0.1:40000        "
                + "SYN-RECEIVED → ESTABLISHED   rcv ACK of SYN",
            " server/3  198.18.0.2:7 > 198.18.0.1:40000            LAST-ACK → CLOSED      ");
    assertThat(printed()).matches("(?s)\\d\\d:\\d\\d:\\d\\d\\.\\d{6} .*");
    assertThat(observer.wantsSegments()).isFalse();
  }

  @Test
  void theTimeOfDayIsWrittenOut() {
    StringBuilder text = new StringBuilder();
    WallClock.appendTo(text, ((14 * 60 + 3) * 60 + 22) * 1_000_000L + 456);

    assertThat(text).hasToString("14:03:22.000456");
  }
}
