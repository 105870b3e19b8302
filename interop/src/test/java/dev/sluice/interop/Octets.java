package dev.sluice.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// A stream of octets that looks random, is the same each time, and can begin anywhere:
/// so both ends can make it instead of keeping it.
final class Octets {
  /// No power of two, so that no buffer of the stack has the same period.
  private static final int BLOCK = 1_000_003;
  private static final byte[] RANDOM = random();

  private Octets() {}

  private static byte[] random() {
    byte[] block = new byte[BLOCK];
    new SplittableRandom(9_293).nextBytes(block);
    return block;
  }

  /// Fills an array with what stands at a place of the stream.
  static void fill(byte[] target, int length, long position) {
    int filled = 0;
    while (filled < length) {
      int at = (int) ((position + filled) % BLOCK);
      int count = Math.min(length - filled, BLOCK - at);
      System.arraycopy(RANDOM, at, target, filled, count);
      filled += count;
    }
  }

  /// Writes the beginning of the stream.
  ///
  /// @return its SHA-256
  static String write(OutputStream out, long count) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[64 << 10];
    for (long done = 0; done < count; ) {
      int length = (int) Math.min(buffer.length, count - done);
      fill(buffer, length, done);
      digest.update(buffer, 0, length);
      out.write(buffer, 0, length);
      done += length;
    }
    return hex(digest);
  }

  /// Reads to the end.
  ///
  /// @return the count of octets and their SHA-256
  static String read(InputStream in) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[64 << 10];
    long count = 0;
    int length = in.read(buffer);
    while (length >= 0) {
      digest.update(buffer, 0, length);
      count += length;
      length = in.read(buffer);
    }
    return count + " octets " + hex(digest);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
