package dev.sluice.cli.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.control.Request;
import dev.sluice.cli.json.Json;
import dev.sluice.guard.Watchman;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.log.AlarmLine;
import dev.sluice.guard.log.AlarmReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `serve` with somebody who watches it.
@Timeout(60)
class AlarmsTest {
  @TempDir
  Path scratch;

  private final BlockingQueue<AlarmLine> told = new LinkedBlockingQueue<>();
  private final ServeConfig config = new ServeConfig();

  @SuppressWarnings("NullAway.Init") // every test calls start()
  private Serving serving;

  private void start(long captureBytes) throws IOException {
    config.offers.forEach(offer -> config.frontPorts.put(offer, 0));
    config.alarms = new Watchman.Post(scratch.resolve("log"), "serve", captureBytes, told::add);
    serving = Serving.start(config);
  }

  @AfterEach
  void close() throws IOException {
    serving.close();
  }

  private void scan() {
    for (int port = 1_001; port <= 1_020; port++) {
      InetSocketAddress closed = new InetSocketAddress("198.18.0.2", port);
      assertThatThrownBy(() -> serving.client().stack().connect(closed))
          .isInstanceOf(ConnectException.class);
    }
  }

  private AlarmLine next() throws InterruptedException {
    return requireNonNull(told.poll(30, TimeUnit.SECONDS), "nothing was written");
  }

  private Map<String, Object> ask() throws IOException {
    Request request = requireNonNull(new Controls(serving).requests().get("alarms"));
    try (LineChannel unused = new LineChannel(SocketChannel.open())) {
      return request.answer(Json.object("{\"do\":\"alarms\"}"), unused);
    }
  }

  @Test
  void aScanIsWrittenToTheLogWithItsPackets() throws Exception {
    start(1 << 20);
    scan();
    AlarmLine line = next();
    serving.close(); // the capture is complete then

    assertThat(line.alarm().kind()).isEqualTo(AlarmKind.SCAN);
    assertThat(line.alarm().phase()).isEqualTo(AlarmPhase.BEGINS);
    assertThat(line.alarm().subject()).isEqualTo("198.18.0.1");
    assertThat(new AlarmReader(scratch.resolve("log"), "serve").read()).containsExactly(line);
    assertThat(Path.of(line.capture()).getParent()).isEqualTo(scratch.resolve("log"));
    // 20 SYNs and as many RSTs, each of 40 octets or more
    assertThat(Files.readAllBytes(Path.of(line.capture())))
        .startsWith(0x0a, 0x0d, 0x0d, 0x0a)
        .hasSizeGreaterThan(40 * 40);
  }

  @Test
  void whoAsksHearsWhereTheLogIsAndWhatGoesOn() throws Exception {
    start(1 << 20);
    assertThat(ask()).containsEntry("now", java.util.List.of());
    scan();
    next();

    assertThat(ask())
        .containsEntry("directory", scratch.resolve("log").toString())
        .containsEntry("name", "serve")
        .hasEntrySatisfying(
            "now",
            now -> assertThat(now.toString())
                .startsWith("[port scan by 198.18.0.1, for ")
                .endsWith(" so far]"));
    assertThat(serving.view().hosts().getFirst().counters().get("alarms"))
        .containsEntry("alarms, port scan", 1L)
        .containsEntry("alarms going on, port scan", 1L)
        .containsEntry("alarms, SYN flood", 0L);
    assertThat(serving.view().hosts().getLast().counters()).doesNotContainKey("alarms");
  }

  @Test
  void withoutDiskForThemNoPacketsAreKept() throws Exception {
    start(0);
    scan();

    assertThat(next().capture()).isEmpty();
  }

  @Test
  void nothingIsWrittenWhileNothingHappens() throws Exception {
    start(1 << 20);
    try (SocketChannel peer = SocketChannel.open(serving.entrances(Offer.ECHO).getFirst())) {
      assertThat(peer.isConnected()).isTrue();
    }
    serving.close();

    assertThat(told).isEmpty();
    assertThat(scratch.resolve("log")).doesNotExist();
  }

  @Test
  void whoWatchesForNothingSaysSo() throws Exception {
    config.offers.forEach(offer -> config.frontPorts.put(offer, 0));
    serving = Serving.start(config);

    assertThatThrownBy(this::ask).hasMessageContaining("--no-alarms");
  }
}
