package dev.sluice.tcp.tcb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.PacketBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Text that a link has put where the receive buffer wants it, and text that was to go
/// elsewhere, is read as it came.
class LandingTest {
  private static final int HEAD = 52;

  private final ChunkPool pool = new ChunkPool(64);
  private final Landing landing = new Landing(pool);
  private final PacketBuffer packet = PacketBuffer.ofMaximumSize();
  private final Random random = new Random(7);

  /// A ring, and what was put into it and not read yet.
  private final class Ring {
    final ReceiveBuffer buffer = new ReceiveBuffer(pool, 1 << 20);
    final ByteBuffer expected = ByteBuffer.allocate(2 << 20);
    long position;

    void put(long sourcePosition, byte[] text) {
      buffer.put(position, packet, sourcePosition, text.length);
      position += text.length;
      buffer.makeAvailable(position);
      expected.put(text);
    }

    void read(int most) {
      expected.flip();
      ByteBuffer target = ByteBuffer.allocate(most);
      int octets = buffer.read(target);
      byte[] wanted = new byte[octets];
      expected.get(wanted);
      expected.compact();
      byte[] got = new byte[octets];
      target.get(0, got);
      assertThat(got).isEqualTo(wanted);
      buffer.release(false);
    }
  }

  /// What a link does: fills head and pieces.
  private byte[] receive(int length) {
    byte[] text = new byte[length];
    random.nextBytes(text);
    int at = 0;
    for (int i = 0; i < packet.pieceCount() && at < length; i++) {
      int part = Math.min(length - at, packet.pieceLength(i));
      MemorySegment.copy(
          text, at, packet.piece(i), ValueLayout.JAVA_BYTE, packet.pieceOffset(i), part);
      at += part;
    }
    assertThat(at).isEqualTo(length);
    packet.arrived(HEAD + length);
    return text;
  }

  private void offer(Ring ring) {
    packet.reset(HEAD);
    ring.buffer.offer(packet, landing);
  }

  @Test
  void theChunksTheTextLiesInBecomeTheRings() {
    Ring ring = new Ring();
    offer(ring);
    byte[] text = receive(40_000);
    MemorySegment first = packet.piece(0);
    ring.put(HEAD, text);
    long[] address = new long[1];
    ring.buffer.readInPlace(piece -> {
      address[0] = address[0] == 0 ? MemorySegment.ofBuffer(piece).address() : address[0];
      piece.position(piece.limit());
    });
    assertThat(address[0]).isEqualTo(first.address());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverWasGuessedTheTextIsRight(long seed) {
    random.setSeed(seed);
    Ring[] rings = {new Ring(), new Ring(), new Ring()};
    for (int i = 0; i < 500; i++) {
      Ring guessed = rings[random.nextInt(rings.length)];
      Ring actual = random.nextInt(4) == 0 ? rings[random.nextInt(rings.length)] : guessed;
      offer(guessed);
      if (random.nextInt(10) == 0) {
        guessed.read(1 + random.nextInt(100_000)); // may give chunks back meanwhile
      }
      byte[] text = receive(1 + random.nextInt(65_000));
      if (random.nextInt(10) == 0) {
        packet.flatten();
      }
      if (actual.buffer.readable() > 400_000) {
        actual.read(400_000);
      }
      actual.put(HEAD, text);
      if (random.nextInt(3) == 0) {
        actual.read(1 + random.nextInt(100_000));
      }
    }
    for (Ring ring : rings) {
      while (ring.buffer.readable() > 0) {
        ring.read(70_000);
      }
      assertThat(ring.buffer.chunksInUse()).isZero();
    }
  }

  @Test
  void onlyAPartOfTheTextMayBeWanted() {
    Ring ring = new Ring();
    offer(ring);
    byte[] text = receive(30_000);
    byte[] wanted = java.util.Arrays.copyOf(text, 20_000); // the window ends there
    ring.put(HEAD, wanted);
    ring.read(30_000);

    offer(ring);
    text = receive(30_000);
    wanted = java.util.Arrays.copyOfRange(text, 5_000, 30_000); // it came before
    ring.put(HEAD + 5_000, wanted);
    ring.read(30_000);
    assertThat(ring.expected.position()).isZero();
  }
}
