package dev.sluice.cli.front;

import dev.sluice.cli.service.Buffers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// A port of the kernel behind which Sluice answers.
///
/// The kernel completes handshakes by itself, before anybody can say no. So a door
/// stands only while the listener behind it does: when that ends, the door is closed and
/// the kernel itself refuses. If the connection behind cannot be opened all the same,
/// the kernel's is reset.
public final class FrontDoor implements AutoCloseable {
  /// Kernel connections carried at once, at most; more wait in the kernel's backlog.
  public static final int MAX_CONNECTIONS = 8_192;
  private static final int BACKLOG = 1_024;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);
  /// How long after a failed accept the next is tried.
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final ServerSocketChannel kernel;
  private final InetSocketAddress address;
  private final Dialer behind;
  private final Buffers buffers;
  private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
  private final Map<SocketChannel, Boolean> open = new ConcurrentHashMap<>();

  private final Thread doorman;

  private FrontDoor(ServerSocketChannel kernel, Dialer behind, Buffers buffers) throws IOException {
    this.kernel = kernel;
    this.address = (InetSocketAddress) kernel.getLocalAddress();
    this.behind = behind;
    this.buffers = buffers;
    doorman = Thread.ofVirtual().name("front-door-" + address.getPort()).unstarted(this::acceptAll);
  }

  /// Opens a door.
  ///
  /// @param address where the kernel listens; port 0 for any
  /// @param behind opens the connection behind the door
  /// @throws IOException if the port is taken
  public static FrontDoor open(InetSocketAddress address, Dialer behind, Buffers buffers)
      throws IOException {
    ServerSocketChannel kernel = ServerSocketChannel.open();
    try {
      kernel.bind(address, BACKLOG);
      FrontDoor door = new FrontDoor(kernel, behind, buffers);
      door.doorman.start();
      return door;
    } catch (IOException e) {
      kernel.close();
      throw e;
    }
  }

  /// Where the kernel listens.
  public InetSocketAddress address() {
    return address;
  }

  private void acceptAll() {
    try {
      while (kernel.isOpen()) {
        room.acquire();
        acceptOne();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acceptOne() throws InterruptedException {
    try {
      SocketChannel guest = kernel.accept();
      open.put(guest, true);
      Thread.ofVirtual().name("front").start(() -> carry(guest));
    } catch (IOException e) {
      room.release();
      if (kernel.isOpen()) {
        // no file descriptor is left: guests wait in the backlog until others have gone
        Thread.sleep(PAUSE);
      }
    }
  }

  private void carry(SocketChannel guest) {
    try {
      SocketChannel carrier = behind.dial();
      new Splice(guest, carrier, buffers).run();
    } catch (IOException e) {
      Splice.reset(guest);
    } finally {
      open.remove(guest);
      room.release();
    }
  }

  /// Stops accepting, so that the kernel refuses from now on. Connections go on.
  @Override
  public void close() throws IOException {
    kernel.close();
    try {
      // the port is only given back when the accept that is under way has ended
      doorman.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Resets every connection that is still carried.
  public void resetAll() {
    open.keySet().forEach(Splice::reset);
  }
}
