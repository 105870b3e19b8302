package dev.sluice.cli.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.control.Request;
import dev.sluice.cli.front.Tcp;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.StackView;
import dev.sluice.link.Impairments;
import dev.sluice.tcp.tcb.State;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `serve` without privilege, spoken to by the kernel's sockets over its front doors.
@Timeout(60)
class ServingTest {
  private final Transitions transitions = new Transitions();
  private final ServeConfig config = new ServeConfig();

  @SuppressWarnings("NullAway.Init") // every test calls start()
  private Serving serving;

  private void start() throws IOException {
    for (Offer offer : config.offers) {
      config.frontPorts.putIfAbsent(offer, 0);
    }
    config.observers = transitions::of;
    serving = Serving.start(config);
  }

  @AfterEach
  void close() throws IOException {
    serving.close();
  }

  private InetSocketAddress door(Offer offer) {
    return serving.entrances(offer).getFirst();
  }

  private SocketChannel knock(Offer offer) throws IOException {
    return SocketChannel.open(door(offer));
  }

  private String ask(String question, String... fields) throws IOException {
    StringBuilder json = new StringBuilder("{\"do\":\"" + question + "\"");
    for (String field : fields) {
      json.append(',').append(field);
    }
    Request request = requireNonNull(new Controls(serving).requests().get(question));
    try (LineChannel unused = new LineChannel(SocketChannel.open())) {
      return String.valueOf(request.answer(Json.object(json + "}"), unused).get("said"));
    }
  }

  @Test
  void echoComesBackOverBothFamilies() throws IOException {
    start();
    for (InetSocketAddress door : serving.entrances(Offer.ECHO)) {
      try (SocketChannel peer = SocketChannel.open(door)) {
        Tcp.write(peer, "hello");
        assertThat(Tcp.read(peer, 5)).isEqualTo("hello");
        peer.shutdownOutput();
        assertThat(Tcp.readAll(peer)).isEmpty();
      }
    }
  }

  @Test
  void theOtherServicesAnswerToo() throws Exception {
    start();
    try (SocketChannel daytime = knock(Offer.DAYTIME);
        SocketChannel chargen = knock(Offer.CHARGEN);
        SocketChannel discard = knock(Offer.DISCARD);
        HttpClient http = HttpClient.newHttpClient()) {
      assertThat(Tcp.readAll(daytime)).matches("\\w+, \\w+ \\d+, 20\\d\\d [\\d:]{8}-\\w+\r\n");
      assertThat(Tcp.read(chargen, 74)).startsWith(" !\"#$%&'()*+,-./0123").endsWith("g\r\n");
      Tcp.write(discard, "into the void");
      discard.shutdownOutput();
      assertThat(Tcp.readAll(discard)).isEmpty();
      URI page = URI.create("http://127.0.0.1:" + door(Offer.HTTP).getPort() + "/netstat.json");
      String json = http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
          .body();
      assertThat(StackView.of(Json.object(json)).hosts()).hasSize(2);
    }
  }

  @Test
  void filesAreServedOverSluice(@TempDir Path www) throws Exception {
    Files.writeString(www.resolve("index.html"), "x".repeat(300_000));
    config.www = www;
    start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:" + door(Offer.HTTP).getPort() + "/");
      assertThat(http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
              .body())
          .isEqualTo("x".repeat(300_000));
    }
  }

  @Test
  void aHalfCloseWalksThroughTheDiagramAndStillReceives() throws Exception {
    start();
    try (SocketChannel peer = knock(Offer.ECHO)) {
      transitions.await("server/", State.ESTABLISHED);
      Tcp.write(peer, "all of it");
      peer.shutdownOutput();
      transitions.await("front/", State.FIN_WAIT_1);
      assertThat(Tcp.readAll(peer)).isEqualTo("all of it");
      transitions.await("front/", State.TIME_WAIT);
    }
  }

  @Test
  void aResetOfTheKernelsPeerResetsSluicesConnection() throws Exception {
    start();
    try (SocketChannel peer = knock(Offer.ECHO)) {
      Tcp.write(peer, "x");
      assertThat(Tcp.read(peer, 1)).isEqualTo("x");
      Tcp.reset(peer);

      Transitions.Seen end = transitions.await("server/", State.CLOSED);
      assertThat(end.from()).isEqualTo(State.ESTABLISHED);
      assertThat(end.cause()).contains("RST");
    }
  }

  @Test
  void aResetOfSluicesConnectionResetsTheKernelsPeer() throws Exception {
    start();
    try (SocketChannel peer = knock(Offer.ECHO)) {
      long id = transitions.await("server/", State.ESTABLISHED).id();

      assertThat(ask("close", "\"id\":\"server/" + id + "\"", "\"reset\":true"))
          .startsWith("reset 198.18.0.2:7 > 198.18.0.1:")
          .endsWith("in ESTABLISHED");

      assertThatThrownBy(() -> Tcp.readAll(peer))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void aCloseOfSluicesConnectionIsAHalfCloseForTheKernelsPeer() throws Exception {
    start();
    try (SocketChannel peer = knock(Offer.ECHO)) {
      long id = transitions.await("server/", State.ESTABLISHED).id();

      ask("close", "\"id\":\"server/" + id + "\"");

      assertThat(Tcp.readAll(peer)).isEmpty();
    }
  }

  @Test
  void whenTheListenerEndsTheKernelRefuses() throws Exception {
    start();
    InetSocketAddress door = door(Offer.ECHO);
    try (SocketChannel before = SocketChannel.open(door)) {
      Tcp.write(before, "x");
      assertThat(Tcp.read(before, 1)).isEqualTo("x");
      long id = serving.view().hosts().getFirst().sockets().stream()
          .filter(socket -> socket.isListener() && socket.localPort() == 7)
          .findFirst()
          .orElseThrow()
          .id();

      assertThat(ask("close", "\"id\":\"server/" + id + "\""))
          .isEqualTo("ended the listener on port 7");

      assertThatThrownBy(() -> SocketChannel.open(door)).isInstanceOf(ConnectException.class);
      Tcp.write(before, "still");
      assertThat(Tcp.read(before, 5)).isEqualTo("still");
    }
  }

  @Test
  void aServiceThatIsOffHasNoDoor() throws IOException {
    config.offers.remove(Offer.DISCARD);
    start();

    assertThat(serving.entrances(Offer.DISCARD)).isEmpty();
    assertThat(serving.view().hosts().getFirst().sockets())
        .noneMatch(socket -> socket.localPort() == 9);
  }

  @Test
  void aDoorThatIsTakenIsSaidInOneLine() throws IOException {
    try (ServerSocketChannel taken = Tcp.listen()) {
      int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
      config.frontPorts.put(Offer.HTTP, port);

      assertThatThrownBy(this::start)
          .isInstanceOf(BindException.class)
          .hasMessageContaining("port " + port + " on 127.0.0.1 is taken")
          .hasMessageContaining("--front-base");
    }
    config.frontPorts.remove(Offer.HTTP);
    start(); // nothing of the failed one is left
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fiftyConnectionsAtOnceEachGetTheirOwnBack(boolean badWire) throws Exception {
    if (badWire) {
      config.impairments = Impairments.NONE
          .withDelay(1_000_000)
          .withLoss(0.02)
          .withReorder(0.02)
          .withDuplicate(0.01);
      config.seed = 7;
    }
    start();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String text = ("connection " + i + "; ").repeat(badWire ? 500 : 5_000);
        all.add(threads.submit(() -> echo(text)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private Void echo(String text) throws IOException, InterruptedException {
    try (SocketChannel peer = knock(Offer.ECHO)) {
      Thread writer = Thread.startVirtualThread(() -> {
        try {
          Tcp.write(peer, text);
          peer.shutdownOutput();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      assertThat(Tcp.readAll(peer)).isEqualTo(text);
      writer.join();
      return null;
    }
  }

  @Test
  void optionsAreSetOnALiveConnectionAndShown() throws Exception {
    start();
    try (SocketChannel idle = knock(Offer.ECHO)) {
      assertThat(idle.isConnected()).isTrue();
      long id = transitions.await("server/", State.ESTABLISHED).id();

      assertThat(ask(
              "set",
              "\"id\":\"server/" + id + "\"",
              "\"changes\":[\"keepalive=on\",\"keepidle=1h\",\"ttl=9\"]"))
          .isEqualTo("keepalive=on keepidle=3600s ttl=9");

      int ttl = serving
          .hosts()
          .getFirst()
          .stack()
          .call((host, now) -> requireNonNull(host.connection(id)).options().ttl);
      assertThat(ttl).isEqualTo(9);
      assertThat(serving.view().hosts().getFirst().sockets()).anySatisfy(socket -> {
        assertThat(socket.id()).isEqualTo(id);
        assertThat(socket.state()).isEqualTo("ESTABLISHED");
        assertThat(requireNonNull(socket.timer()).name()).isEqualTo("keepalive");
      });
    }
  }

  @Test
  void aThresholdThatIsNotSetIsNullInJson() throws Exception {
    start();
    try (SocketChannel idle = knock(Offer.ECHO)) {
      assertThat(idle.isConnected()).isTrue();
      transitions.await("server/", State.ESTABLISHED);
      StackView view = serving.view();
      String json = Json.text(view.toJson());

      assertThat(json).contains("\"ssthresh\":null").doesNotContain("" + Long.MAX_VALUE);
      assertThat(StackView.of(Json.object(json))).isEqualTo(view);
    }
  }

  @Test
  void theStacksSettingsHoldForBothHosts() throws Exception {
    start();

    assertThat(ask("set", "\"id\":\"stack\"", "\"changes\":[\"msl=1s\"]")).isEqualTo("msl=1.00s");

    for (RunningHost host : serving.hosts()) {
      long msl = host.stack().call((h, now) -> h.config().tcp.mslNanos);
      assertThat(msl).isEqualTo(1_000_000_000L);
    }
    assertThatThrownBy(() -> ask("set", "\"id\":\"stack\"", "\"changes\":[\"msl=1h\"]"))
        .hasMessageContaining("MSL is 1 s to 2 min");
  }

  @Test
  void whatDoesNotExistIsSaidSo() throws Exception {
    start();

    assertThatThrownBy(() -> ask("close", "\"id\":\"server/999\""))
        .hasMessageContaining("no connection 'server/999'");
    assertThatThrownBy(() -> ask("close", "\"id\":\"x\"")).hasMessageContaining("'x'");
    assertThatThrownBy(() -> ask("set", "\"id\":\"server/1\"", "\"changes\":[\"ttl=9\"]"))
        .hasMessageContaining("the listener on port");
  }

  @Test
  void closingEndsConnectionsInOrder() throws Exception {
    start();
    try (SocketChannel peer = knock(Offer.ECHO)) {
      Tcp.write(peer, "x"); // what nobody has accepted yet would be reset
      assertThat(Tcp.read(peer, 1)).isEqualTo("x");
      Thread closer = Thread.startVirtualThread(() -> {
        try {
          serving.close();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });

      assertThat(Tcp.readAll(peer)).isEmpty();
      Tcp.close(peer);
      closer.join();

      assertThat(Wording.totals(serving).getFirst()).startsWith("server: 1 connections accepted");
    }
  }

  @Test
  void whatPassesIsCaptured(@TempDir Path directory) throws Exception {
    config.capture = directory.resolve("wire.pcapng");
    start();
    try (SocketChannel peer = knock(Offer.ECHO)) {
      Tcp.write(peer, "caught");
      assertThat(Tcp.read(peer, 6)).isEqualTo("caught");
    }
    serving.close();

    assertThat(Files.readAllBytes(config.capture)).startsWith(0x0a, 0x0d, 0x0d, 0x0a);
    assertThat(Files.readString(config.capture, StandardCharsets.ISO_8859_1)).contains("caught");
  }

  @Test
  void theFirstLinesSayWhatListensAndWhatToTry() throws IOException {
    start();
    String text = String.join("\n", Wording.opening(serving));

    assertThat(text)
        .contains("front 198.18.0.1 fd5a::1 <--> server 198.18.0.2 fd5a::2")
        .contains("nc 127.0.0.1 " + door(Offer.ECHO).getPort())
        .contains("curl http://127.0.0.1:" + door(Offer.HTTP).getPort() + "/")
        .contains("./sluice netstat");
  }
}
