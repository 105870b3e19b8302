package dev.sluice.stack;

import static dev.sluice.stack.TwoHosts.SECOND;
import static dev.sluice.stack.TwoHosts.SERVER_V4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How many quiet connections a host keeps awake.
class AwakeFlowsTest {
  /// More than the hand goes between two things that one connection does.
  private static final int LIMIT = 32;
  private static final int MANY = 100;

  private final TwoHosts net = new TwoHosts(config -> config.maxQuietAwake = LIMIT);
  private final List<TwoHosts.User> users = new ArrayList<>();

  private void connect(int count) throws IOException {
    net.listen(7, MANY);
    for (int i = 0; i < count; i++) {
      users.add(net.connect(SERVER_V4, 7));
      net.settle();
    }
    net.advance(SECOND);
  }

  private void ask(TwoHosts.User user) {
    user.toWrite.add(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    user.work();
    net.attend(net.client, user);
    net.advance(SECOND);
  }

  private long awake() {
    return net.accepted.stream().filter(user -> !user.connection().isAsleep()).count();
  }

  @Test
  void ofManyQuietConnectionsNoMoreThanTheLimitStayAwake() throws IOException {
    connect(MANY);
    assertThat(net.accepted).hasSize(MANY);
    assertThat(awake()).isPositive().isLessThanOrEqualTo(LIMIT + AwakeFlows.STEPS);
  }

  @Test
  void eachWakesAndHearsItsPeer() throws IOException {
    connect(MANY);
    for (int i = 0; i < MANY; i++) {
      ask(users.get(i));
      assertThat(net.accepted.get(i).receivedOctets()).containsExactly(1, 2, 3);
    }
    assertThat(awake()).isLessThanOrEqualTo(LIMIT + AwakeFlows.STEPS);
  }

  @Test
  void whoAlwaysHasSomethingToDoStaysAwake() throws IOException {
    connect(MANY);
    Connection busy = net.accepted.getFirst().connection();
    ask(users.getFirst());
    for (int i = 1; i < MANY; i++) {
      ask(users.get(i));
      assertThat(busy.isAsleep()).isFalse();
      ask(users.getFirst());
    }
  }

  @Test
  void whoHasTextInFlightDoesNotSleep() throws IOException {
    connect(MANY);
    net.lost = packet -> true;
    for (TwoHosts.User user : net.accepted) {
      user.toWrite.add(ByteBuffer.wrap(new byte[] {1}));
      user.work();
      net.attend(net.server, user);
    }
    net.settle();
    assertThat(awake()).isEqualTo(MANY);
    net.lost = packet -> false;
    net.advance(10 * SECOND);
    ask(users.getFirst());
    for (TwoHosts.User user : users) {
      assertThat(user.receivedOctets()).hasSize(1);
    }
  }

  @Test
  void aClosedConnectionIsForgotten() throws IOException {
    connect(3);
    users.forEach(user -> {
      user.connection().abort(net.nowNanos);
      net.attend(net.client, user);
    });
    net.settle();
    assertThat(net.server.connectionCount()).isZero();
  }
}
