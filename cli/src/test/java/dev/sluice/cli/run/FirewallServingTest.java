package dev.sluice.cli.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.control.Request;
import dev.sluice.cli.front.Tcp;
import dev.sluice.cli.json.Fields;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.FirewallView;
import dev.sluice.cli.view.PortsView;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `serve --firewall`, and what other commands ask of it.
@Timeout(60)
class FirewallServingTest {
  @TempDir
  private Path folder = Path.of("");

  private Path file = Path.of("");

  @SuppressWarnings("NullAway.Init") // made before each test
  private Serving serving;

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("web.rules");
    Files.writeString(file, """
        allow in tcp to port 7
        allow in tcp to port 8080
        reject in tcp to port 13
        """);
    ServeConfig config = new ServeConfig();
    for (Offer offer : config.offers) {
      config.frontPorts.put(offer, 0);
    }
    config.firewall = Rules.read(file);
    config.firewallFile = file;
    serving = Serving.start(config);
  }

  @AfterEach
  void close() throws IOException {
    serving.close();
  }

  private Fields ask(String question, String fields) throws IOException {
    Request request = requireNonNull(new Controls(serving).requests().get(question));
    try (LineChannel unused = new LineChannel(SocketChannel.open())) {
      String json = "{\"do\":\"" + question + "\"" + fields + "}";
      return Json.object(Json.text(request.answer(Json.object(json), unused)));
    }
  }

  private FirewallView show() throws IOException {
    return FirewallView.of(ask("firewall", "").object("firewall"));
  }

  private SocketChannel knock(Offer offer) throws IOException {
    return SocketChannel.open(serving.entrances(offer).getFirst());
  }

  @Test
  void rulesAreShownWithTheirHits() throws IOException {
    try (SocketChannel peer = knock(Offer.ECHO)) {
      Tcp.write(peer, "hello");
      assertThat(Tcp.read(peer, 5)).isEqualTo("hello");
    }
    FirewallView view = show();
    assertThat(view.file()).isEqualTo(file.toString());
    assertThat(view.lines().getFirst().text()).isEqualTo("allow in tcp to port 7");
    assertThat(view.lines().getFirst().packets()).isEqualTo(2); // SYN, and the last of three
    assertThat(view.table())
        .containsPattern( // the last of three may carry the greeting
            "Packets      Octets Line Rule\n        2         11[27]    1 allow in tcp to port 7\n")
        .contains("default in drop");
    assertThat(view).isEqualTo(FirewallView.of(Json.object(Json.text(view.toJson()))));
  }

  @Test
  void reloadKeepsOpenConnectionsAndKeepsNewOnesAway() throws IOException {
    try (SocketChannel open = knock(Offer.ECHO)) {
      Tcp.write(open, "hello");
      assertThat(Tcp.read(open, 5)).isEqualTo("hello");
      Files.writeString(file, "reject in tcp to port 7\n");
      assertThat(ask("firewall-reload", "").string("said"))
          .isEqualTo("the rules of " + file + " are in place, 1 in number");
      Tcp.write(open, "again");
      assertThat(Tcp.read(open, 5)).isEqualTo("again");
      try (SocketChannel next = knock(Offer.ECHO)) {
        assertThatThrownBy(() -> Tcp.readAll(next)).isInstanceOf(IOException.class);
      }
    }
    assertThat(show().lines().getFirst().packets()).isEqualTo(1);
  }

  @Test
  void fileWithAMistakeChangesNothing() throws IOException {
    Path wrong = folder.resolve("wrong.rules");
    Files.writeString(wrong, "allow in tcp to prot 7\n");
    assertThatThrownBy(() -> ask("firewall-reload", ",\"file\":\"" + wrong + "\""))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(wrong + ":1:17: expected an address");
    assertThatThrownBy(() -> ask("firewall-reload", ",\"file\":\"/nonexistent\""))
        .hasMessage("/nonexistent: there is no such file");
    assertThat(show().lines().getFirst().text()).isEqualTo("allow in tcp to port 7");
  }

  @Test
  void portsSayWhoOpenedThemAndWhatTheRulesMissed() throws IOException {
    PortsView view = PortsView.of(ask("ports", "").object("ports"));
    assertThat(view.ports()).extracting(PortsView.Port::port).containsExactly(7, 9, 13, 19, 80);
    assertThat(view.ports().getFirst().owner()).isEqualTo("service echo");
    assertThat(view.ports().getFirst().rules()).containsExactly("line 1 allow");
    assertThat(view.ports().get(2).rules()).containsExactly("line 3 reject");
    assertThat(view.warnings())
        .containsExactly(
            "port 9 is open and no rule names it: the default decides (drop)",
            "port 19 is open and no rule names it: the default decides (drop)",
            "port 80 is open and no rule names it: the default decides (drop)",
            "line 2 opens port 8080, where nobody listens");
    assertThat(view.text())
        .startsWith("Privileged ports (below 1024)\n")
        .contains("     7 *                service echo     line 1 allow\n")
        .contains("Other ports: none\nwarning: port 9 ");
    assertThat(List.of(view)).containsExactly(PortsView.of(Json.object(Json.text(view.toJson()))));
  }
}
