package dev.sluice.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.Seq;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RACK against RFC 8985 §6.2 written down plainly: every segment is looked at on every
/// ACK.
class RackLawTest {
  private static final int MSS = 1_000;

  private static final class Piece {
    int start;
    int end;
    long sent;
    int order;
    boolean sacked;
    boolean waits;
    boolean repeated;
  }

  private final Random random = new Random();
  private final RttEstimator rtt = new RttEstimator(new TcpSettings());
  private final RetransmissionQueue queue = new RetransmissionQueue();
  private final Delivered told = new Delivered();
  private final List<Piece> model = new ArrayList<>();
  private SendSequence snd = new SendSequence(0);
  private Rack rack = new Rack(false, snd, queue, rtt);
  private long now = 1_000_000;

  private boolean any;
  private int newestOrder;
  private int sendings;
  private long newestRtt;
  private int forward;
  private boolean reordered;
  private int quarters = 1;
  private int persist;
  private boolean inRound;
  private int roundEnd;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void itFindsWhatThePlainRuleFinds(long seed) {
    random.setSeed(seed);
    snd = new SendSequence(seed % 2 == 0 ? -random.nextInt(20_000) : random.nextInt());
    rack = new Rack(false, snd, queue, rtt);
    forward = snd.iss();
    snd.onSent(snd.iss() + 1);
    snd.onAck(snd.iss() + 1);
    for (int i = 0; i < 3_000; i++) {
      now += random.nextInt(5_000);
      switch (random.nextInt(6)) {
        case 0, 1 -> send(1 + random.nextInt(8));
        case 2 -> resend();
        case 3, 4 -> acknowledge();
        default -> detect(random.nextBoolean());
      }
    }
    assertThat(rack.lostAgain()).isPositive();
  }

  private void send(int segments) {
    for (int i = 0; i < segments && model.size() < 60; i++) {
      Piece piece = new Piece();
      piece.start = snd.nxt();
      piece.end = piece.start + MSS;
      piece.sent = now;
      piece.order = ++sendings;
      model.add(piece);
      queue.append(piece.start, piece.end, MSS, now);
      snd.onSent(piece.end);
      now += random.nextInt(3) * 100L;
    }
  }

  private void resend() {
    if (queue.findLost(MSS, MSS)) {
      queue.onFoundSent(now);
      Piece piece = model.stream().filter(p -> p.waits).findFirst().orElseThrow();
      piece.waits = false;
      piece.repeated = true;
      piece.sent = now;
      piece.order = ++sendings;
    }
  }

  /// An ACK that moves the left edge a little, and SACKs a run or two beyond.
  private void acknowledge() {
    now += random.nextInt(20_000);
    if (random.nextInt(3) == 0) {
      rtt.onSample(10_000 + random.nextInt(20_000), now);
    }
    long latestRepeat = random.nextBoolean() ? Long.MAX_VALUE : now - random.nextInt(30_000);
    told.begin(now, latestRepeat, rtt.minRttNanos());
    List<Piece> arrived = new ArrayList<>();
    int drop = random.nextInt(4) == 0 ? random.nextInt(Math.min(4, model.size() + 1)) : 0;
    if (drop > 0) {
      int una = model.get(drop - 1).end;
      snd.onAck(una);
      told.onMoved();
      queue.onAck(una, told);
      for (int i = 0; i < drop; i++) {
        Piece piece = model.removeFirst();
        if (!piece.sacked) {
          arrived.add(piece);
        }
      }
    }
    for (int block = random.nextInt(3); block > 0 && model.size() > 1; block--) {
      int from = 1 + random.nextInt(model.size() - 1);
      int to = Math.min(model.size(), from + 1 + random.nextInt(4));
      queue.onSack(model.get(from).start, model.get(to - 1).end, told);
      for (Piece piece : model.subList(from, to)) {
        if (!piece.sacked) {
          piece.sacked = true;
          piece.waits = false;
          arrived.add(piece);
        }
      }
    }
    boolean duplicate = random.nextInt(20) == 0;
    if (duplicate) {
      told.onDuplicate();
    }
    update(arrived, latestRepeat, duplicate);
    rack.onDelivered(told, MSS);
    if (random.nextInt(40) == 0) {
      recovered();
    }
    detect(random.nextBoolean());
  }

  /// Steps 2 to 4.
  private void update(List<Piece> arrived, long latestRepeat, boolean duplicate) {
    for (Piece piece : arrived) {
      reordered |= !piece.repeated && Seq.lt(piece.end, forward);
    }
    int sacked = snd.una();
    for (Piece piece : model) {
      sacked = piece.sacked ? Seq.max(sacked, piece.end) : sacked;
    }
    forward = Seq.max(forward, sacked);
    arrived.sort(Comparator.comparingInt(p -> p.order));
    for (Piece piece : arrived) {
      long took = now - piece.sent;
      if (piece.repeated && (piece.sent > latestRepeat || took < rtt.minRttNanos())) {
        continue;
      }
      newestRtt = took;
      if (!any || piece.order > newestOrder) {
        any = true;
        newestOrder = piece.order;
      }
    }
    inRound &= Seq.lt(snd.una(), roundEnd);
    if (duplicate && !inRound) {
      inRound = true;
      roundEnd = snd.nxt();
      quarters++;
      persist = 16;
    }
  }

  private void recovered() {
    rack.onRecovered();
    persist = Math.max(0, persist - 1);
    quarters = persist == 0 ? 1 : quarters;
  }

  /// Step 5.
  private void detect(boolean recovering) {
    long sacked = model.stream().filter(piece -> piece.sacked).count();
    long window = Math.min(quarters * (rtt.minRttNanos() / 4), rtt.srttNanos());
    if (rtt.minRttNanos() == Long.MAX_VALUE || (!reordered && (recovering || sacked >= 3))) {
      window = 0;
    }
    assertThat(rack.reorderingWindowNanos(recovering)).isEqualTo(window);
    boolean found = false;
    for (Piece piece : model) {
      boolean older = any && newestOrder > piece.order;
      if (!piece.sacked && !piece.waits && older && piece.sent + newestRtt + window <= now) {
        piece.waits = true;
        found = true;
      }
    }
    long next = rack.detect(recovering, now);
    assertThat(rack.isAnyLost()).isEqualTo(found);
    assertThat(next).isGreaterThan(now);
    long waits = model.stream().filter(piece -> piece.waits).count();
    assertThat((long) queue.lostEntries() - queue.resentEntries()).isEqualTo(waits);
    assertThat(queue.hasLost()).isEqualTo(waits > 0);
  }
}
