package dev.sluice.tcp.recovery;

/// A set of places in a ring, which finds its next member without looking at those
/// between: 64 places a word, and a bit for each word that has any.
///
/// With the 131,072 places that a queue has at most, a search looks at 34 words.
final class SlotSet {
  static final int NONE = -1;

  private long[] words;
  private long[] summary;
  private int count;

  /// @param capacity places of the ring, a power of two
  SlotSet(int capacity) {
    words = new long[wordsFor(capacity)];
    summary = new long[wordsFor(words.length)];
  }

  private static int wordsFor(int bits) {
    return (bits + 63) / 64;
  }

  /// Nobody is in it any more, and there are this many places.
  void clear(int capacity) {
    words = new long[wordsFor(capacity)];
    summary = new long[wordsFor(words.length)];
    count = 0;
  }

  void add(int slot) {
    assert !contains(slot);
    int word = slot >> 6;
    words[word] |= 1L << slot;
    summary[word >> 6] |= 1L << word;
    count++;
  }

  void remove(int slot) {
    assert contains(slot);
    int word = slot >> 6;
    words[word] &= ~(1L << slot);
    if (words[word] == 0) {
      summary[word >> 6] &= ~(1L << word);
    }
    count--;
  }

  boolean contains(int slot) {
    return (words[slot >> 6] & 1L << slot) != 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /// The first member at `from` or behind it, in the order of a ring that begins at
  /// `head`; [#NONE] if there is none up to the ring's end.
  int next(int from, int head) {
    if (count == 0) {
      return NONE;
    }
    int found = atOrAbove(from);
    if (from < head) {
      return found < head ? found : NONE;
    }
    if (found == NONE) {
      found = atOrAbove(0);
      return found < head ? found : NONE;
    }
    return found;
  }

  private int atOrAbove(int from) {
    int word = from >> 6;
    long rest = words[word] & -1L << from;
    if (rest == 0) {
      word = nextWord(word + 1);
      if (word == NONE) {
        return NONE;
      }
      rest = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(rest);
  }

  private int nextWord(int from) {
    int group = from >> 6;
    if (group >= summary.length) {
      return NONE;
    }
    long rest = summary[group] & -1L << from;
    while (rest == 0) {
      group++;
      if (group == summary.length) {
        return NONE;
      }
      rest = summary[group];
    }
    return (group << 6) + Long.numberOfTrailingZeros(rest);
  }
}
