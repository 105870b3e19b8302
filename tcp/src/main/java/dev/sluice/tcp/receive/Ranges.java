package dev.sluice.tcp.receive;

import dev.sluice.wire.Seq;
import java.util.Arrays;

/// Ranges of sequence numbers in order, which neither touch nor overlap, in blocks of up
/// to 128: to put one in or take one out moves what stands behind it in its block, and
/// nothing else. So a peer that makes a window full of holes in the worst order
/// (CVE-2018- 5390) costs some hundred steps for each segment and not as many as there
/// are holes.
///
/// ```
///   blocks    0 ............ 1 ............ 2
///   ranges    0 1 2 3        4 5            6 7 8 9
/// ```
///
/// Two blocks side by side hold more than half of what one could, so there are never
/// many. All ranges lie within one window, so that [Seq] can compare them.
final class Ranges {
  /// Ranges of a block, at most.
  static final int BLOCK = 128;

  private static final int FIRST = 8;
  /// Room for so many stays when no range is left: the next gap then allocates nothing.
  private static final int KEPT = 16;

  private static final int[] NOTHING = {};
  private static final int[][] NO_BLOCKS = {};

  /// Left and right edges by turns.
  private int[][] blocks = NO_BLOCKS;
  private int[] counts = NOTHING;
  private int blockCount;
  private int size;
  /// Where we looked last: a block, and the index of its first range.
  private int block;
  private int base;
  private int steps;

  int size() {
    return size;
  }

  /// Entries looked at or moved since the beginning, for tests.
  int steps() {
    return steps;
  }

  /// Left edge of a range.
  int left(int index) {
    locate(index);
    return blocks[block][2 * (index - base)];
  }

  /// Right edge of a range.
  int right(int index) {
    locate(index);
    return blocks[block][2 * (index - base) + 1];
  }

  /// Other edges for a range, with which it still stands where it stood.
  void set(int index, int left, int right) {
    locate(index);
    int at = 2 * (index - base);
    blocks[block][at] = left;
    blocks[block][at + 1] = right;
  }

  private void locate(int index) {
    assert index >= 0 && index < size;
    if (index < base) {
      block = 0;
      base = 0;
    }
    while (index >= base + counts[block]) {
      base += counts[block];
      block++;
      steps++;
    }
  }

  /// Index of the first range whose right edge lies after `seq`, [#size] if there is
  /// none.
  int firstEndingAfter(int seq) {
    block = 0;
    base = 0;
    while (block < blockCount && Seq.leq(blocks[block][2 * counts[block] - 1], seq)) {
      base += counts[block];
      block++;
      steps++;
    }
    if (block == blockCount) {
      block = 0;
      base = 0;
      return size;
    }
    int low = 0;
    int high = counts[block] - 1; // the last one ends after it
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Seq.gt(blocks[block][2 * middle + 1], seq)) {
        high = middle;
      } else {
        low = middle + 1;
      }
      steps++;
    }
    return base + low;
  }

  /// Puts a range in; the one that had the index stands behind it then.
  void insert(int index, int left, int right) {
    if (size == 0) {
      begin();
    } else if (index == size) {
      locate(index - 1);
    } else {
      locate(index);
    }
    if (counts[block] == BLOCK) {
      split();
      locate(Math.min(index, size - 1));
    }
    int at = index - base;
    if (2 * counts[block] == blocks[block].length) {
      blocks[block] = Arrays.copyOf(blocks[block], 4 * counts[block]);
    }
    int[] edges = blocks[block];
    System.arraycopy(edges, 2 * at, edges, 2 * at + 2, 2 * (counts[block] - at));
    steps += counts[block] - at;
    edges[2 * at] = left;
    edges[2 * at + 1] = right;
    counts[block]++;
    size++;
  }

  private void begin() {
    if (blocks.length == 0) {
      blocks = new int[][] {new int[2 * FIRST]};
      counts = new int[1];
    }
    blockCount = 1;
  }

  /// The second half of a full block becomes one of its own.
  private void split() {
    if (blockCount == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * blockCount);
      counts = Arrays.copyOf(counts, 2 * blockCount);
    }
    System.arraycopy(blocks, block + 1, blocks, block + 2, blockCount - block - 1);
    System.arraycopy(counts, block + 1, counts, block + 2, blockCount - block - 1);
    int half = BLOCK / 2;
    int[] second = new int[2 * BLOCK];
    System.arraycopy(blocks[block], 2 * half, second, 0, 2 * (BLOCK - half));
    blocks[block + 1] = second;
    counts[block + 1] = BLOCK - half;
    counts[block] = half;
    blockCount++;
    steps += blockCount - block + BLOCK;
  }

  /// Takes out the ranges of an interval of indices.
  void remove(int from, int to) {
    int left = to - from;
    while (left > 0) {
      locate(from);
      int at = from - base;
      int part = Math.min(left, counts[block] - at);
      int[] edges = blocks[block];
      int behind = counts[block] - at - part;
      System.arraycopy(edges, 2 * (at + part), edges, 2 * at, 2 * behind);
      steps += behind;
      counts[block] -= part;
      size -= part;
      left -= part;
      tidy();
    }
  }

  /// A block that lost ranges joins one beside it if both together are small.
  private void tidy() {
    if (size == 0) {
      clear();
      return;
    }
    if (block > 0 && isSmall(block - 1)) {
      block--;
      base -= counts[block];
      join();
    }
    if (block + 1 < blockCount && isSmall(block)) {
      join();
    }
  }

  private boolean isSmall(int first) {
    int one = counts[first];
    int other = counts[first + 1];
    return one == 0 || other == 0 || one + other <= BLOCK / 2;
  }

  /// The block and the next one become one.
  private void join() {
    int next = block + 1;
    int together = counts[block] + counts[next];
    if (counts[block] == 0) {
      blocks[block] = blocks[next];
    } else if (counts[next] > 0) {
      if (blocks[block].length < 2 * together) {
        blocks[block] = Arrays.copyOf(blocks[block], 2 * BLOCK);
      }
      System.arraycopy(blocks[next], 0, blocks[block], 2 * counts[block], 2 * counts[next]);
      steps += counts[next];
    }
    counts[block] = together;
    int behind = blockCount - next - 1;
    System.arraycopy(blocks, next + 1, blocks, next, behind);
    System.arraycopy(counts, next + 1, counts, next, behind);
    steps += behind;
    blockCount--;
    blocks[blockCount] = NOTHING;
  }

  /// Takes out all.
  void clear() {
    if (blocks.length > 1 || (blocks.length == 1 && blocks[0].length > 2 * KEPT)) {
      blocks = NO_BLOCKS;
      counts = NOTHING;
    } else if (counts.length == 1) {
      counts[0] = 0;
    }
    blockCount = 0;
    size = 0;
    block = 0;
    base = 0;
  }
}
