package dev.sluice.link;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads pcapng files as the format's description says, strictly; knows nothing of the
/// writer.
final class PcapngReader {
  @SuppressWarnings("ArrayRecordComponent") // whole records are never compared
  record Block(int type, byte[] fixed, Map<Integer, byte[]> options) {
    int u16(int at) {
      return ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getShort(at) & 0xffff;
    }

    int i32(int at) {
      return ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    /// A time: two words, the upper one first.
    long time(int at) {
      return ((long) i32(at) << 32) | (i32(at + 4) & 0xffff_ffffL);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // whole records are never compared
  record Packet(byte[] octets, long nanos, int flags) {}

  private PcapngReader() {}

  static List<Block> blocks(byte[] file) {
    List<Block> blocks = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int start = in.position();
      int type = in.getInt();
      int length = in.getInt();
      if (length < 12 || length % 4 != 0 || in.getInt(start + length - 4) != length) {
        throw new AssertionError("block of type " + type + " at " + start + " lies: " + length);
      }
      byte[] body = new byte[length - 12];
      in.get(body).getInt();
      int fixed = fixedLength(type, body);
      blocks.add(new Block(type, java.util.Arrays.copyOf(body, fixed), options(body, fixed)));
    }
    return blocks;
  }

  private static int fixedLength(int type, byte[] body) {
    return switch (type) {
      case 0x0a0d0d0a -> 16;
      case 1 -> 8;
      case 5 -> 12;
      case 6 -> {
        int captured = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
        yield 20 + (captured + 3) / 4 * 4;
      }
      default -> throw new AssertionError("block of unknown type " + type);
    };
  }

  private static Map<Integer, byte[]> options(byte[] body, int from) {
    Map<Integer, byte[]> options = new HashMap<>();
    ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).position(from);
    while (in.hasRemaining()) {
      int code = in.getShort() & 0xffff;
      int length = in.getShort() & 0xffff;
      if (code == 0) {
        if (length != 0 || in.hasRemaining()) {
          throw new AssertionError("something stands behind the last option");
        }
        return options;
      }
      byte[] value = new byte[length];
      in.get(value).position(in.position() + (4 - length % 4) % 4);
      options.put(code, value);
    }
    throw new AssertionError("the options have no end");
  }

  static List<Packet> packets(byte[] file) {
    List<Packet> packets = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.type() == 6) {
        if (block.i32(12) != block.i32(16) || block.i32(0) != 0) {
          throw new AssertionError("a packet is cut short or of an unknown interface");
        }
        byte[] octets = java.util.Arrays.copyOfRange(block.fixed(), 20, 20 + block.i32(12));
        byte[] flags = block.options().get(2);
        packets.add(new Packet(
            octets,
            block.time(4),
            ByteBuffer.wrap(flags).order(ByteOrder.LITTLE_ENDIAN).getInt()));
      }
    }
    return packets;
  }
}
