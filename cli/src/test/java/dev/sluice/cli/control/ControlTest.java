package dev.sluice.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.control.ControlServer.RefusedException;
import dev.sluice.cli.json.Fields;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {
  @TempDir
  Path temp;

  private ControlDirectory directory = new ControlDirectory(Path.of("/"));

  @BeforeEach
  void directory() {
    directory = new ControlDirectory(temp.resolve("sluice"));
  }

  private ControlServer serve(String name) throws IOException {
    return ControlServer.start(
        directory.claim(name),
        Map.of(
            "greet",
            (question, channel) -> Map.of("said", "hello " + question.string("who")),
            "fail",
            (question, channel) -> {
              throw new IOException("it is broken");
            },
            "stream",
            (question, channel) -> {
              channel.writeLine("{\"ok\":true}");
              ByteBuffer frame = ByteBuffer.allocate(LineChannel.MAX_FRAME);
              while (channel.readFrame(frame) >= 0) {
                channel.writeFrame(frame);
              }
              channel.writeSignal(LineChannel.END);
              return Map.of();
            }));
  }

  @Test
  void aQuestionIsAnswered() throws Exception {
    try (ControlServer server = serve("serve");
        LineChannel channel = ControlDirectory.connect(directory.find(null))) {
      Fields answer = ControlServer.ask(channel, Map.of("do", "greet", "who", "you\n\"'ü"));

      assertThat(answer.string("said")).isEqualTo("hello you\n\"'ü");
      assertThat(server.stack().name()).isEqualTo("serve");
    }
  }

  @Test
  void aRefusalCarriesTheOtherSidesWordsAndTheChannelGoesOn() throws Exception {
    try (ControlServer server = serve("serve");
        LineChannel channel = ControlDirectory.connect(server.stack())) {
      assertThatThrownBy(() -> ControlServer.ask(channel, Map.of("do", "fail")))
          .isInstanceOf(RefusedException.class)
          .hasMessage("it is broken");
      assertThatThrownBy(() -> ControlServer.ask(channel, Map.of("do", "dance")))
          .hasMessageContaining("dance");
      assertThatThrownBy(() -> ControlServer.ask(channel, Map.of("do", "greet")))
          .hasMessage("field 'who' is missing");
      assertThat(ControlServer.ask(channel, Map.of("do", "greet", "who", "you")).flag("ok"))
          .isTrue();
    }
  }

  @Test
  void whatIsNoJsonIsAnsweredWithAnError() throws Exception {
    try (ControlServer server = serve("serve");
        LineChannel channel = ControlDirectory.connect(server.stack())) {
      for (String line : List.of("what?", "", "{", "[1]", "{\"do\":7}", "{\"do\":null}")) {
        channel.writeLine(line);
        assertThat(channel.readLine()).startsWith("{\"ok\":false,\"error\":");
      }
    }
  }

  @Test
  void framesCarryOctetsAndTheEnd() throws Exception {
    try (ControlServer server = serve("serve");
        LineChannel channel = ControlDirectory.connect(server.stack())) {
      ControlServer.ask(channel, Map.of("do", "stream"));
      channel.writeFrame(ByteBuffer.wrap("one\ntwo".getBytes(StandardCharsets.UTF_8)));
      channel.writeFrame(ByteBuffer.allocate(LineChannel.MAX_FRAME));
      channel.writeSignal(LineChannel.END);

      ByteBuffer frame = ByteBuffer.allocate(LineChannel.MAX_FRAME);
      assertThat(channel.readFrame(frame)).isEqualTo(7);
      assertThat(StandardCharsets.UTF_8.decode(frame).toString()).isEqualTo("one\ntwo");
      assertThat(channel.readFrame(frame)).isEqualTo(LineChannel.MAX_FRAME);
      assertThat(channel.readFrame(frame)).isEqualTo(LineChannel.END);
      assertThatThrownBy(() -> channel.readFrame(frame)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void nobodyElseMayUseTheSocket() throws Exception {
    try (ControlServer server = serve("serve")) {
      Path socket = server.stack().socket();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aDirectoryThatOthersMayEnterIsNotUsed() throws Exception {
    Files.createDirectory(directory.path());
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> directory.claim("serve"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not mine alone");
  }

  @Test
  void aSocketWhereOthersMayPutOneIsNotTrusted() throws Exception {
    try (ControlServer server = serve("serve")) {
      assertThat(directory.running()).containsExactly(server.stack());
      Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxrwxrwx"));

      assertThatThrownBy(() -> directory.find(null))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not mine alone");
    }
  }

  @Test
  void aLinkToADirectoryIsNotTrusted() throws Exception {
    try (ControlServer server = serve("serve")) {
      assertThat(server.stack().socket()).exists();
      Path link = Files.createSymbolicLink(temp.resolve("link"), directory.path());

      assertThatThrownBy(() -> new ControlDirectory(link).find(null))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not mine alone");
    }
  }

  @Test
  void withoutARunningStackOneLineSaysHowToStartOne() {
    assertThatThrownBy(() -> directory.find(null))
        .isInstanceOf(NoStackException.class)
        .hasMessageStartingWith("no Sluice stack is running; start one with ./sluice serve");
  }

  @Test
  void whatADeadProcessLeftBehindIsRemoved() throws Exception {
    directory.claim("serve");
    Path stale = directory.path().resolve("serve-4711.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(stale));
    }
    assertThat(stale).exists();

    assertThat(directory.running()).isEmpty();
    assertThat(stale).doesNotExist();
  }

  @Test
  void oneOfSeveralIsChosenByNameOrProcess() throws Exception {
    try (ControlServer one = serve("one");
        ControlServer two = serve("two")) {
      assertThat(directory.find("two")).isEqualTo(two.stack());
      assertThat(directory.running()).containsExactlyInAnyOrder(one.stack(), two.stack());
      assertThatThrownBy(() -> directory.find(null))
          .hasMessageContaining("--stack")
          .hasMessageContaining("one (process");
      assertThatThrownBy(() -> directory.find("three")).hasMessageContaining("'three'");
    }
  }

  @Test
  void aClosedServerLeavesNoSocket() throws Exception {
    ControlServer server = serve("serve");
    server.close();

    assertThat(server.stack().socket()).doesNotExist();
  }
}
