package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.FastOpenKey;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fast open as a server (RFC 7413 §4.1.2, §4.2.2, §5.1).
final class FastOpenServerTest {
  private static final String BAD = "aaaaaaaaaaaaaaaa";
  private static final FastOpenKey KEY = new FastOpenKey(1, 2);
  private static final FastOpenKey OTHER_KEY = new FastOpenKey(3, 4);

  /// A listener with a key set, so that the same peer's cookie is always the same.
  private static Script server(int queue) {
    Script script = new Script();
    script.settings.fastOpenKey = KEY;
    script.options.fastOpenQueue = queue;
    return script.listen(8);
  }

  /// The cookie that this listener gives, asked for by another connection of the peer.
  private static String cookie(Script script) {
    Script asking = new Script();
    asking.tuple = script.tuple;
    asking.now = script.now;
    asking.settings.fastOpenKey = script.settings.fastOpenKey;
    asking.options.fastOpenQueue = 1;
    asking.listen(1).receive("S 0:0 mss 1460 fo ask");
    String answer = asking.takeSent().getFirst();
    assertThat(answer).contains("mss 1460 fo ");
    return answer.substring(answer.indexOf(" fo ") + 4);
  }

  private static String syn(Script script, int octets) {
    return "S 0:" + octets + " mss 1460 fo " + cookie(script);
  }

  @Test
  void textOnASynWithACookieIsTheUsersBeforeTheHandshakeEnds() {
    Script script = server(4);
    script.receive(syn(script, 100)).expect("S. 0:0 ack 101 win 65435 mss 1460").quiet();
    script.in(State.SYN_RECEIVED);
    assertThat(script.events).contains(Event.Signal.READABLE);
    assertThat(script.read(200)).isEqualTo(100);
    assertThat(script.connection.isFastOpenTaken()).isTrue();
  }

  @Test
  void theServerMayAnswerBeforeItsSynAckIsAcknowledged() {
    Script script = server(4);
    script.receive(syn(script, 100)).expectStart("S. 0:0 ack 101");
    script.write(50).expectStart("P. 1:50 ack 101").quiet();
    script.receive(". 101:0 ack 51").in(State.ESTABLISHED).quiet();
    assertThat(script.events).contains(Event.Signal.CONNECTED);
  }

  @Test
  void aCookieWithoutTextOpensToo() {
    Script script = server(4);
    script.receive(syn(script, 0)).expectStart("S. 0:0 ack 1").in(State.SYN_RECEIVED);
    script.write(50).expectStart("P. 1:50 ack 1");
    assertThat(script.connection.isFastOpenTaken()).isFalse();
  }

  @Test
  @Tag("ATTACK-29")
  void aBadCookieGetsAGoodOneAndOnlyTheSynAcknowledged() {
    Script script = server(4);
    script
        .receive("S 0:100 mss 1460 fo " + BAD)
        .expect("S. 0:0 ack 1 win 65535 mss 1460 fo " + cookie(script))
        .quiet();
    assertThat(script.connection).isNull();
    assertThat(script.counters.get(TcpCounter.FAST_OPEN_BAD_COOKIES)).isEqualTo(1);
    script.receive(". 1:100 ack 1").in(State.ESTABLISHED);
    assertThat(script.read(200)).isEqualTo(100);
  }

  @Test
  void fastOpenIsOffUntilTheApplicationAsksForIt() {
    Script script = new Script().listen(8);
    assertThat(script.options.fastOpenQueue).isZero();
    script
        .receive("S 0:100 mss 1460 fo " + cookie(script))
        .expect("S. 0:0 ack 1 win 65535 mss 1460")
        .quiet();
    assertThat(script.connection).isNull();
  }

  @Test
  void theStackMayForbidItToAll() {
    Script script = server(4);
    script.settings.fastOpenServer = false;
    script.receive(syn(script, 100)).expect("S. 0:0 ack 1 win 65535 mss 1460");
  }

  @Test
  void textWithoutACookieIsLeftToTheRetransmission() {
    Script script = server(4);
    script.receive("S 0:100 mss 1460").expect("S. 0:0 ack 1 win 65535 mss 1460").quiet();
    assertThat(script.connection).isNull();
  }

  @Test
  void whereTheUserWaivesTheCookieTextAloneOpens() {
    Script script = server(4);
    script.options.fastOpenWithoutCookie = true;
    script.receive("S 0:100 mss 1460").expectStart("S. 0:0 ack 101").in(State.SYN_RECEIVED);
  }

  @Test
  void aDuplicatedSynIsAnsweredAgainAndItsTextNotDeliveredTwice() {
    Script script = server(4);
    String syn = syn(script, 100);
    script.receive(syn).expectStart("S. 0:0 ack 101");
    assertThat(script.read(200)).isEqualTo(100);
    script.receive(syn).expectStart("S. 0:0 ack 101").quiet();
    assertThat(script.read(200)).isZero();
    script.receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 101"); // sent again without text
    script.receive(". 101:0 ack 1").in(State.ESTABLISHED);
    script.receive(syn).expectStart(". 1:0 ack 101"); // a challenge (RFC 5961 §4)
    assertThat(script.read(200)).isZero();
  }

  @Test
  void anUnansweredSynAckIsSentAgainAndTextWaitsBehindIt() {
    Script script = server(4);
    script.receive(syn(script, 100)).expectStart("S. 0:0 ack 101");
    script.write(50).expectStart("P. 1:50 ack 101");
    script.after(1_000).expectStart("S. 0:0 ack 101").quiet();
    script.receive(". 101:0 ack 1").expectStart("P. 1:50 ack 101").in(State.ESTABLISHED);
  }

  @Test
  void aHandshakeThatNeverEndsIsGivenUp() {
    Script script = server(1);
    script.receive(syn(script, 100)).after(200_000).in(State.CLOSED);
    assertThat(script.listener.fastOpenPending()).isZero();
    assertThat(script.everything).filteredOn(s -> s.startsWith("S.")).hasSize(6);
  }

  @Test
  @Tag("ATTACK-29")
  void tooManyPendingHandshakesTurnFastOpenOff() {
    Script script = server(1);
    String syn = syn(script, 100);
    script.receive(syn).expectStart("S. 0:0 ack 101");
    Connection first = script.connection;
    Script second = again(script, 40_001);
    second.receive(syn(second, 100)).expect("S. 0:0 ack 1 win 65535 mss 1460");
    assertThat(second.counters.get(TcpCounter.FAST_OPEN_QUEUE_FULL)).isZero();
    assertThat(script.counters.get(TcpCounter.FAST_OPEN_QUEUE_FULL)).isEqualTo(1);
    assertThat(first.state()).isEqualTo(State.SYN_RECEIVED);
    script.receive(". 101:0 ack 1").in(State.ESTABLISHED);
    assertThat(script.listener.fastOpenPending()).isZero();
    Script third = again(script, 40_002);
    third.receive(syn(third, 100));
    assertThat(third.connection).isNotNull();
  }

  /// The same listener, seen by a peer at another port.
  private static Script again(Script script, int port) {
    Script other = new Script();
    other.settings.fastOpenKey = script.settings.fastOpenKey;
    other.now = script.now;
    other.listener = script.listener;
    other.tuple =
        new FourTuple(script.tuple.local(), script.tuple.localPort(), script.tuple.remote(), port);
    return other;
  }

  @Test
  void aResetFreesItsPlaceOnlyAMinuteLater() {
    Script script = server(1);
    script.receive(syn(script, 100)).receive("R 101:0").in(State.CLOSED);
    assertThat(script.events).contains(new Event.Closed(new CloseReason.ResetByPeer()));
    assertThat(script.listener.fastOpenPending()).isZero();
    script.now += 1;
    Script second = again(script, 40_001);
    second.receive(syn(second, 10));
    assertThat(second.connection).isNull();
    script.now += 59_000 * Script.MS;
    Script third = again(script, 40_002);
    third.receive(syn(third, 10));
    assertThat(third.connection).isNull();
    script.now += 1_000 * Script.MS;
    Script fourth = again(script, 40_003);
    fourth.receive(syn(fourth, 10));
    assertThat(fourth.connection).isNotNull();
  }

  @Test
  void textBeforeAResetCanStillBeRead() {
    Script script = server(1);
    script.receive(syn(script, 100)).receive("R 101:0").in(State.CLOSED);
    assertThat(script.connection.readableBytes()).isEqualTo(100);
  }

  @Test
  void theCookieOfTheKeyBeforeIsGoodAndGetsANewOne() {
    Script script = server(4);
    final String old = cookie(script);
    script.settings.fastOpenKey = OTHER_KEY;
    script.settings.fastOpenBackupKey = KEY;
    String fresh = cookie(script);
    assertThat(fresh).isNotEqualTo(old);
    script.receive("S 0:100 mss 1460 fo " + old);
    script.expect("S. 0:0 ack 101 win 65435 mss 1460 fo " + fresh).in(State.SYN_RECEIVED);
  }

  @Test
  void theKeyOfAListenerGoesBeforeTheStacks() {
    Script script = server(4);
    script.options.fastOpenKey = OTHER_KEY;
    script.receive("S 0:100 mss 1460 fo " + cookie(script)).expectStart("S. 0:0 ack 1 ");
  }

  @Test
  void theStacksOwnKeyChangesByItselfAndItsCookiesExpire() {
    Script script = new Script();
    script.settings.fastOpenKeyLifeNanos = 3_600_000 * Script.MS;
    script.options.fastOpenQueue = 4;
    script.listen(8);
    String first = ownCookie(script, 41_000);
    script.now += 3_600_000 * Script.MS;
    String second = ownCookie(script, 41_001);
    assertThat(second).isNotEqualTo(first);
    Script old = again(script, 41_002);
    old.settings.fastOpenKey = null;
    old.receive("S 0:10 mss 1460 fo " + first).expectStart("S. 0:0 ack 11 ");
    script.now += 3_600_000 * Script.MS;
    Script expired = again(script, 41_003);
    expired.receive("S 0:10 mss 1460 fo " + first).expectStart("S. 0:0 ack 1 ");
  }

  private static String ownCookie(Script script, int port) {
    Script asking = again(script, port);
    asking.receive("S 0:0 mss 1460 fo ask");
    String answer = asking.takeSent().getFirst();
    return answer.substring(answer.indexOf(" fo ") + 4);
  }

  @Test
  @Tag("ATTACK-29")
  void aCookieBelongsToOneAddress() {
    Script script = server(4);
    String cookie = cookie(script);
    Script thief = again(script, 40_000);
    thief.tuple = new FourTuple(
        script.tuple.local(), script.tuple.localPort(), IpAddress.parse("198.18.0.77"), 40_000);
    thief.receive("S 0:10 mss 1460 fo " + cookie).expectStart("S. 0:0 ack 1 ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cookiesAreThoseThatLinuxMakesOfTheSameKey(boolean v4) {
    Script script = v4 ? new Script() : new Script().ipv6();
    script.settings.fastOpenKey =
        FastOpenKey.of(HexFormat.of().parseHex("a1a1a1a1b2b2b2b2c3c3c3c3d4d4d4d4"));
    script.options.fastOpenQueue = 1;
    var local = IpAddress.parse(v4 ? "192.168.0.1" : "fd3d:0a0b:17d6::1");
    var remote = IpAddress.parse(v4 ? "192.0.2.1" : "fd3d:fa7b:d17d::1");
    script.tuple = new FourTuple(local, 7, remote, 40_000);
    script.listen(1).receive("S 0:0 mss 1460 fo ask");
    String cookie = v4 ? "3021b9d889017eeb" : "c1d1e9742a47a9bc";
    assertThat(script.takeSent().getFirst()).endsWith(" fo " + cookie);
  }
}
