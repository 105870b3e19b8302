package dev.sluice.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Seq;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The retransmission queue against a plain list that is searched from end to end.
class RetransmissionQueueLawTest {
  private static final int PIECE = 1_000;
  private static final int LIMIT = 1_460;

  private static final class Piece {
    int start;
    int end;
    long sent;
    boolean sacked;
    boolean lost;
    boolean resent;
    boolean repeated;

    boolean waits() {
      return lost && !resent;
    }

    boolean inFlight() {
      return !sacked && !waits();
    }
  }

  private final RetransmissionQueue queue = new RetransmissionQueue();
  private final Delivered told = new Delivered();
  private final List<Piece> model = new ArrayList<>();
  private boolean ordered = true;
  private int una;
  private int nxt;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  @Tag("SCENARIO-27")
  @Tag("SCENARIO-32")
  @Tag("ATTACK-21")
  void everySegmentIsWhereTheModelHasIt(long seed) {
    Random random = new Random(seed);
    una = seed % 2 == 0 ? -random.nextInt(50_000) : random.nextInt();
    nxt = una;
    for (int i = 1; i <= 4_000; i++) {
      switch (random.nextInt(11)) {
        case 0, 1, 2 -> append(1 + random.nextInt(random.nextInt(5) == 0 ? 10_000 : LIMIT), i);
        case 3 -> acknowledge(una + random.nextInt(Math.min(5_000, nxt - una) + 1));
        case 4, 5 -> sack(random);
        case 6 -> markFirstLost();
        case 7, 8 -> resend(i);
        case 9 -> markOldLost(random.nextInt(i));
        default -> rarely(random);
      }
      judge();
    }
  }

  private void append(int length, int now) {
    if (nxt - una > 100_000) {
      return;
    }
    queue.append(nxt, nxt + length, PIECE, now);
    for (int at = 0; at < length; at += PIECE) {
      Piece piece = new Piece();
      piece.start = nxt + at;
      piece.end = nxt + Math.min(length, at + PIECE);
      piece.sent = now;
      model.add(piece);
    }
    nxt += length;
  }

  private void acknowledge(int to) {
    told.begin(Long.MAX_VALUE / 2, Long.MAX_VALUE, 0);
    queue.onAck(to, told);
    int arrived = 0;
    boolean repeated = false;
    while (!model.isEmpty() && Seq.lt(model.getFirst().start, to)) {
      Piece piece = model.getFirst();
      int end = Seq.lt(to, piece.end) ? to : piece.end;
      arrived += piece.sacked ? 0 : end - piece.start;
      repeated |= piece.repeated && !piece.sacked;
      piece.start = end;
      if (piece.end == end) {
        model.removeFirst();
      }
    }
    una = to;
    assertThat(told.octets()).isEqualTo(arrived);
    if (repeated) {
      assertThat(told.onceAckedNanos()).isEqualTo(Delivered.NONE);
    }
  }

  private void sack(Random random) {
    int left = una + 1 + random.nextInt(Math.max(1, nxt - una));
    int right = left + 1 + random.nextInt(6_000);
    told.begin(Long.MAX_VALUE / 2, Long.MAX_VALUE, 0);
    queue.onSack(left, right, told);
    int arrived = 0;
    for (Piece piece : model) {
      if (!piece.sacked && Seq.geq(piece.start, left) && Seq.leq(piece.end, right)) {
        piece.sacked = true;
        piece.lost = false;
        piece.resent = false;
        arrived += piece.end - piece.start;
      }
    }
    assertThat(told.sackedOctets()).isEqualTo(arrived);
  }

  private void markFirstLost() {
    queue.markFirstLost();
    if (!model.isEmpty()) {
      lose(model.getFirst());
    }
  }

  private static void lose(Piece piece) {
    if (!piece.sacked) {
      piece.lost = true;
      piece.resent = false;
    }
  }

  /// What RACK does: all that was sent up to a time. What is in flight after all stands
  /// first in the order of sending, however old it is.
  private void markOldLost(int sent) {
    if (!ordered) {
      return;
    }
    while (queue.oldest() != RetransmissionQueue.NONE && queue.sentNanos(queue.oldest()) <= sent) {
      queue.markOldestLost();
    }
    model.stream().filter(p -> p.inFlight() && p.sent <= sent).forEach(p -> lose(p));
  }

  private void rarely(Random random) {
    switch (random.nextInt(12)) {
      case 0 -> {
        if (!model.isEmpty() && model.getFirst().sacked) {
          model.forEach(piece -> piece.sacked = false);
        }
        queue.markAllLost();
        ordered = true;
        model.forEach(RetransmissionQueueLawTest::lose);
      }
      case 1 -> {
        queue.unmarkLost();
        ordered = false;
        model.forEach(piece -> piece.lost = false);
      }
      default -> {}
    }
  }

  private void resend(int now) {
    Piece first = model.stream().filter(Piece::waits).findFirst().orElse(null);
    assertThat(queue.findLost(LIMIT, LIMIT)).isEqualTo(first != null);
    if (first == null) {
      return;
    }
    assertThat(queue.foundStart()).isEqualTo(first.start);
    assertThat(queue.foundEnd() - first.start).isBetween(1, LIMIT);
    for (Piece piece : model) {
      if (Seq.geq(piece.start, first.start) && Seq.lt(piece.start, queue.foundEnd())) {
        assertThat(piece.waits()).isTrue();
        piece.resent = true;
        piece.repeated = true;
        piece.sent = now;
      }
    }
    queue.onFoundSent(now);
  }

  private void judge() {
    int inFlight = 0;
    int sacked = 0;
    int lost = 0;
    int resent = 0;
    boolean waits = false;
    for (Piece piece : model) {
      int length = piece.end - piece.start;
      inFlight += piece.inFlight() ? length : 0;
      inFlight += piece.resent && !piece.lost ? length : 0;
      sacked += piece.sacked ? 1 : 0;
      lost += piece.lost ? 1 : 0;
      resent += piece.resent ? 1 : 0;
      waits |= piece.waits();
    }
    assertThat(queue.inFlight()).isEqualTo(inFlight);
    assertThat(queue.size()).isEqualTo(model.size());
    assertThat(queue.sackedEntries()).isEqualTo(sacked);
    assertThat(queue.lostEntries()).isEqualTo(lost);
    assertThat(queue.resentEntries()).isEqualTo(resent);
    assertThat(queue.hasLost()).isEqualTo(waits);
    for (int i = 0; i < model.size(); i++) {
      if (queue.startSeq(i) != model.get(i).start || queue.endSeq(i) != model.get(i).end) {
        throw new AssertionError("segment " + i + " is another");
      }
    }
  }
}
