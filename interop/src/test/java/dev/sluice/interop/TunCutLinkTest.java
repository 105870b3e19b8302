package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A link that carries nothing any more.
class TunCutLinkTest {
  @RegisterExtension
  static final OnTun SLUICE = OnTun.with();

  /// 0.5 s of silence, then three probes 0.4 s apart: 1.7 s after the last octet.
  @ParameterizedTest
  @EnumSource
  void keepAliveEndsTheConnectionInTheTimeThatIsSet(Family family) throws IOException {
    try (Socket socket = Kernel.connect(family.sluice(7))) {
      String us = family.endpoint(family.kernel, socket.getLocalPort());
      EchoClient.exchange(socket, "hello");
      long id = SLUICE.serve().awaitSocket(socket.getLocalPort(), "ESTABLISHED").id();
      SLUICE
          .serve()
          .run("set", "" + id, "keepidle=500ms", "keepintvl=400ms", "keepcnt=3", "keepalive=on");
      long cutNanos = System.nanoTime();
      cut();
      try {
        Serve.Transition end = SLUICE.serve().awaitTransition(us, "CLOSED");
        Duration taken = Duration.ofNanos(System.nanoTime() - cutNanos);
        assertThat(end.from()).isEqualTo("ESTABLISHED");
        // the last answer may have come just before the cut
        assertThat(taken).isBetween(Duration.ofMillis(1_150), Duration.ofSeconds(10));
        assertThat(SLUICE.serve().socketsOf(socket.getLocalPort())).isEmpty();
      } finally {
        mend();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void dataThatNobodyTakesEndsTheConnectionInTheUserTimeout(Family family) throws IOException {
    try (Socket socket = Kernel.connect(family.sluice(19))) {
      String us = family.endpoint(family.kernel, socket.getLocalPort());
      long id = SLUICE.serve().awaitSocket(socket.getLocalPort(), "ESTABLISHED").id();
      SLUICE.serve().run("set", "" + id, "user-timeout=2s");
      cut();
      try {
        // the kernel's window was full: only probes are under way, and unanswered
        Serve.Transition end = SLUICE.serve().awaitTransition(us, "CLOSED");
        assertThat(end.from()).isEqualTo("ESTABLISHED");
      } finally {
        mend();
      }
    }
  }

  private static void cut() {
    assertThat(Child.run("ip", "link", "set", OnTun.DEVICE, "down").awaitExit()).isZero();
  }

  /// The device is back, with the IPv6 address that it loses when it goes down.
  private static void mend() {
    assertThat(Child.run("ip", "link", "set", OnTun.DEVICE, "up").awaitExit()).isZero();
    Child.run("ip", "addr", "replace", Family.V6.kernel + "/64", "dev", OnTun.DEVICE, "nodad");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSentWhileTheLinkIsDownArrivesLater(Family family) throws IOException {
    try (Socket socket = Kernel.connect(family.sluice(7))) {
      EchoClient.exchange(socket, "hello");
      cut();
      try {
        SLUICE.serve().run("netstat"); // the stack lives
      } finally {
        mend();
      }
      EchoClient.exchange(socket, "hello again");
    }
  }
}
