package dev.sluice.tcp.recovery;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.wire.Seq;

/// Whether a retransmission timeout was needless, by what is acknowledged after it.
///
/// ```
///   timeout: the first segment goes out again
///     ACK moves the left edge: new text goes out, before any more repeats
///     something arrives that was sent once, before the timeout: needless
///     a duplicate instead: the loss is real, the rest is sent again
/// ```
///
/// Without selective acknowledgments an ACK that covers a repeat proves nothing, however
/// far it goes.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5682#section-2.1 RFC 5682 §2.1, §3.1
final class ForwardRto {
  /// What to do.
  enum Verdict {
    /// Recover in the usual way.
    CONVENTIONAL,
    /// New text goes before repeats, up to two segments.
    SEND_NEW,
    /// The timeout was needless.
    SPURIOUS
  }

  private final SendSequence snd;
  private boolean watching;
  private boolean newSent;
  private int timeoutMax;

  ForwardRto(SendSequence snd) {
    this.snd = snd;
  }

  /// The timer expired.
  ///
  /// @param watch whether this timeout can be judged: no recovery was under way
  void onTimeout(boolean watch) {
    watching = watch;
    newSent = false;
    timeoutMax = snd.max();
  }

  boolean isWatching() {
    return watching;
  }

  /// An ACK arrived after the timeout.
  ///
  /// @param moved whether it moved the left edge
  /// @param duplicate whether it is a duplicate, by number or by SACK
  /// @param sack whether selective acknowledgments are in use
  Verdict onAck(Delivered told, boolean moved, boolean duplicate, boolean sack) {
    if (!watching) {
      return Verdict.CONVENTIONAL;
    }
    boolean original = told.isAnyOriginal() && Seq.leq(told.lowestOriginalEnd(), timeoutMax);
    if (original && (sack || !told.isRepeatAcked())) {
      watching = false;
      return Verdict.SPURIOUS;
    }
    if (Seq.geq(snd.una(), timeoutMax) || duplicate || (moved && newSent)) {
      watching = false;
      return Verdict.CONVENTIONAL;
    }
    if (moved) {
      newSent = true;
      return Verdict.SEND_NEW;
    }
    return newSent ? Verdict.SEND_NEW : Verdict.CONVENTIONAL;
  }

  /// There is nothing new to send, or no room for it.
  void giveUp() {
    watching = false;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    watching = archive.keep(watching);
    newSent = archive.keep(newSent);
    timeoutMax = archive.keep(timeoutMax);
  }
}
