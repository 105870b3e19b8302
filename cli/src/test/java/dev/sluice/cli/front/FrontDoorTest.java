package dev.sluice.cli.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.service.Buffers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The rules of a front door, with kernel sockets on both of its sides.
@Timeout(30)
class FrontDoorTest {
  private ServerSocketChannel behind;
  private FrontDoor door;

  @BeforeEach
  void open() throws IOException {
    behind = Tcp.listen();
    door = FrontDoor.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        () -> Tcp.connect(behind),
        new Buffers());
  }

  @AfterEach
  void close() throws IOException {
    door.close();
    door.resetAll();
    behind.close();
  }

  private SocketChannel knock() throws IOException {
    return SocketChannel.open(door.address());
  }

  @Test
  void dataIsCarriedBothWays() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      Tcp.write(guest, "ping");
      assertThat(Tcp.read(host, 4)).isEqualTo("ping");
      Tcp.write(host, "pong");
      assertThat(Tcp.read(guest, 4)).isEqualTo("pong");
    }
  }

  @Test
  void halfCloseOfTheGuestLeavesTheWayBackOpen() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      Tcp.write(guest, "all I have");
      guest.shutdownOutput();
      assertThat(Tcp.readAll(host)).isEqualTo("all I have");

      Tcp.write(host, "thanks");
      host.shutdownOutput();
      assertThat(Tcp.readAll(guest)).isEqualTo("thanks");
    }
  }

  @Test
  void halfCloseOfTheHostLeavesTheWayThereOpen() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      Tcp.write(host, "bye");
      host.shutdownOutput();
      assertThat(Tcp.readAll(guest)).isEqualTo("bye");

      Tcp.write(guest, "but I go on");
      guest.shutdownOutput();
      assertThat(Tcp.readAll(host)).isEqualTo("but I go on");
    }
  }

  @Test
  void resetByTheHostResetsTheGuest() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      Tcp.write(guest, "x");
      assertThat(Tcp.read(host, 1)).isEqualTo("x");
      Splice.reset(host);

      assertThatThrownBy(() -> Tcp.readAll(guest))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void resetByTheGuestResetsTheHost() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      Tcp.write(host, "x");
      assertThat(Tcp.read(guest, 1)).isEqualTo("x");
      Splice.reset(guest);

      assertThatThrownBy(() -> Tcp.readAll(host))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void refusedBehindTheDoorIsResetBeforeIt() throws IOException {
    behind.close();
    try (SocketChannel guest = knock()) {
      assertThatThrownBy(() -> Tcp.readAll(guest))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void aClosedDoorRefusesAndItsConnectionsGoOn() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      door.close();
      assertThatThrownBy(this::knock).isInstanceOf(ConnectException.class);

      Tcp.write(guest, "still here");
      assertThat(Tcp.read(host, 10)).isEqualTo("still here");
    }
  }

  @Test
  void aHostThatDoesNotReadHoldsTheGuestBack() throws IOException {
    try (SocketChannel guest = knock();
        SocketChannel host = behind.accept()) {
      guest.configureBlocking(false);
      ByteBuffer chunk = ByteBuffer.allocate(1 << 20);
      long limit = 256L << 20;
      long written = 0;
      long stuckSince = System.nanoTime();
      // full when nothing has been taken for 200 ms; the buffers on the way are bounded
      while (System.nanoTime() - stuckSince < 200_000_000 && written < limit) {
        int count = guest.write(chunk.clear());
        if (count > 0) {
          written += count;
          stuckSince = System.nanoTime();
        }
        Thread.onSpinWait();
      }
      assertThat(written).isLessThan(limit);
      assertThat(host.isConnected()).isTrue();
    }
  }
}
