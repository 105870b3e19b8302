package dev.sluice.bench.line;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.sim.law.Seed;
import dev.sluice.stack.Binding;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Two hosts on a line in virtual time: all that [dev.sluice.sim] does for the study of
/// rules is left out here, so that hundreds of thousands of packets pass in a second.
///
/// Every packet is one of at most 1,500 octets, as on the wire; the hosts leave checksums
/// to the line, which damages nothing. Single-threaded.
public final class Course {
  private static final int MTU = 1_500;
  private static final int PORT = 5_001;

  private final Packets pool = new Packets(MTU + 100);
  private final Host sender;
  private final Host receiver;
  private final Line data;
  private final Line acks;
  private final List<Flow> flows = new ArrayList<>();
  private final Plan plan;
  private long nowNanos;
  private long deliveredBytes;
  private PacketBuffer blank;

  /// Two hosts and a line.
  ///
  /// @param settings changes the settings of both hosts
  public Course(Plan plan, Seed seed, Consumer<TcpSettings> settings) {
    this.plan = plan;
    data = new Line(plan, true, seed.random("data"), pool);
    acks = new Line(plan, false, seed.random("acks"), pool);
    sender = host("10.0.0.1/24", seed, settings);
    receiver = host("10.0.0.2/24", seed, settings);
    blank = pool.take();
    try {
      Binding binding = receiver.bind(IpAddress.ANY_V4, PORT, true);
      receiver.listen(binding, options(), new ListenerLimits(128, 128), (listener, connection) -> {
        listener.onAccepted();
        receiver.attend(listener);
        flows.stream()
            .filter(
                flow -> flow.sender().tuple().localPort() == connection.tuple().remotePort())
            .forEach(flow -> flow.receives(connection));
        return (subject, event) -> {};
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Host host(String address, Seed seed, Consumer<TcpSettings> settings) {
    HostConfig config = new HostConfig();
    config.link = new LinkCapabilities(MTU, MTU, MTU, true);
    config.addresses.add(InterfaceAddress.parse(address));
    config.random = seed.random("host " + address);
    settings.accept(config.tcp);
    return new Host(config);
  }

  /// Buffers that never are what limits a flow: twice what line and queue hold.
  private ConnectionOptions options() {
    ConnectionOptions options = new ConnectionOptions();
    long holds = plan.productBytes() + plan.queueBytes();
    options.sendBufferBytes = (int) (2 * holds + 2 * 1024 * 1024);
    options.receiveBufferBytes = options.sendBufferBytes;
    return options;
  }

  /// Opens a flow now.
  ///
  /// @param change what is special about its connection
  public Flow open(Consumer<ConnectionOptions> change) {
    Flow flow = new Flow(sender, receiver);
    ConnectionOptions options = options();
    change.accept(options);
    try {
      flow.sends(sender.connect(
          null,
          IpAddress.parse("10.0.0.2"),
          PORT,
          options,
          (connection, event) -> onEvent(event),
          nowNanos));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    flows.add(flow);
    flush(sender, data);
    return flow;
  }

  private void onEvent(Event event) {
    if (event instanceof Event.Closed closed) {
      throw new IllegalStateException("a flow ended by itself: " + closed.reason());
    }
  }

  /// Loses another share of the data packets by chance from now on.
  public void lose(double share) {
    data.lose(share);
  }

  /// Runs until that time of the course.
  public void runTo(long endNanos) {
    while (nextNanos() <= endNanos) {
      nowNanos = Math.max(nowNanos, nextNanos());
      if (data.nextNanos() <= nowNanos) {
        deliver(data, receiver, acks);
      } else if (acks.nextNanos() <= nowNanos) {
        deliver(acks, sender, data);
      } else {
        onDeadlines();
      }
    }
    nowNanos = endNanos;
  }

  private void onDeadlines() {
    if (sender.nextDeadlineNanos() <= nowNanos) {
      sender.onDeadlines(nowNanos);
      flush(sender, data);
    }
    if (receiver.nextDeadlineNanos() <= nowNanos) {
      receiver.onDeadlines(nowNanos);
      flush(receiver, acks);
    }
  }

  private long nextNanos() {
    return Math.min(
        Math.min(data.nextNanos(), acks.nextNanos()),
        Math.min(sender.nextDeadlineNanos(), receiver.nextDeadlineNanos()));
  }

  private void deliver(Line line, Host to, Line answers) {
    PacketBuffer packet = line.take();
    if (line == data) {
      int headers = 4 * (packet.u8(0) & 15);
      deliveredBytes += packet.length() - headers - 4 * (packet.u8(headers + 12) >>> 4);
    }
    packet.checksum(PacketBuffer.Checksum.VERIFIED);
    packet.arrivalNanos(nowNanos);
    to.onPacket(packet, nowNanos);
    pool.giveBack(packet);
    flush(to, answers);
  }

  private void flush(Host host, Line line) {
    boolean sends = line == data;
    boolean more = true;
    while (more) {
      more = false;
      for (int i = 0; i < flows.size(); i++) {
        if (sends) {
          flows.get(i).write();
        } else {
          flows.get(i).read(nowNanos);
        }
      }
      while (host.pollPacket(blank, nowNanos)) {
        line.send(blank, nowNanos);
        blank = pool.take();
        more = sends;
      }
    }
  }

  /// The time of the course.
  public long nowNanos() {
    return nowNanos;
  }

  /// The host that sends.
  public Host sender() {
    return sender;
  }

  /// The host that receives.
  public Host receiver() {
    return receiver;
  }

  /// Data packets lost so far, by chance and by a full queue.
  public long lost() {
    return data.unlucky + data.overflowed;
  }

  /// Octets of text that arrived so far, those that arrived again too.
  public long deliveredBytes() {
    return deliveredBytes;
  }

  /// Packets marked so far.
  public long marked() {
    return data.marked;
  }

  /// How long packets waited in the queue on average since the course began, or since
  /// [#forgetWaiting].
  public double meanWaitNanos() {
    return data.passed == 0 ? 0 : (double) data.waitedNanos / data.passed;
  }

  /// Begins to measure waiting anew.
  public void forgetWaiting() {
    data.waitedNanos = 0;
    data.passed = 0;
  }
}
