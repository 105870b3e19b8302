package dev.sluice.lab.twoway;

import dev.sluice.lab.ladder.Ladder;
import dev.sluice.lab.ladder.Recorder;
import dev.sluice.lab.ladder.Side;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.page.Part;
import dev.sluice.lab.page.Prose;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Finish;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What would happen if connections were opened with two segments.
public final class TwoWay {
  private static final FourTuple FROM_CLIENT =
      new FourTuple(IpAddress.parse("10.0.0.1"), 40_000, IpAddress.parse("10.0.0.2"), 80);
  private static final FourTuple FROM_SERVER =
      new FourTuple(FROM_CLIENT.remote(), 80, FROM_CLIENT.local(), 40_000);
  private static final long MILLISECOND = 1_000_000L;
  /// How far behind the client's number an old connection's lie.
  private static final int BEFORE = 10;

  private final Order order;
  private final int clientIss;
  private final int serverIss;
  private final Duration delay;
  private final int text;
  private final List<Part> parts = new ArrayList<>();
  private final List<Page.Captured> captured = new ArrayList<>();

  private TwoWay(Order order) {
    this.order = order;
    long[] numbers = order.pair("isn", 0, 0xffff_ffffL);
    clientIss = (int) numbers[0];
    serverIss = (int) numbers[1];
    delay = order.millis("delay", 200);
    text = (int) order.number("data", 1, 1_000);
  }

  /// The experiment.
  public static List<Experiment> experiments() {
    return List.of(new Experiment(
        "two-way",
        "why the handshake has three segments: what a toy with two gets wrong",
        List.of(
            new Setting("data", "OCTETS", "100", "How much text old and new segments carry."),
            new Setting("isn", "C,S", "100,300", "The initial numbers of client and server."),
            new Setting("delay", "MS", "10", "How long a segment travels, one way.")),
        order -> new TwoWay(order).run()));
  }

  private Page run() {
    parts.add(Prose.of(
        "",
        "A toy, made for this experiment, opens connections with two segments: SYN, and the answer"
            + " SYN-ACK. Whoever gets the SYN is connected. Beside it stands the real engine in the"
            + " same network with the same segments. The question is RFC 9293 §3.5's: why three?"));
    ghostOfTheToy();
    ghostOfTheEngine();
    deadlockOfTheToy();
    lossInTheEngine();
    parts.add(Prose.of(
        "What you see",
        "- The third segment is the client's word that the SYN was meant. Only the client can know"
            + " whether a SYN is old, so the server must ask before it believes.",
        "- It also tells the server that its own number arrived. Without it one lost segment leaves"
            + " one end connected and the other not, and neither has a reason to say anything new.",
        "- The price is the half-open connection: between the second segment and the third the"
            + " server has to remember somebody it knows nothing of. See syn-flood."));
    return order.page(parts, captured);
  }

  private World world(Recorder recorder) {
    World world = new World(new Seed(order.seed()));
    world.addOnlooker(recorder);
    world.network().usually(Impairments.NONE.delay(delay));
    return world;
  }

  /// A SYN of a connection that is long over, then its text, come out of the network.
  private void injectOld(World world) {
    int old = clientIss - BEFORE;
    byte[] syn = PacketBuilder.tcp(FROM_CLIENT).seq(old).with(Flags.SYN).build();
    byte[] data = PacketBuilder.tcp(FROM_CLIENT)
        .seq(old + 1)
        .ack(serverIss + 1)
        .payload(new byte[text])
        .build();
    world.network().inject(syn, MILLISECOND);
    world.network().inject(data, 60 * MILLISECOND);
  }

  private void draw(String title, Recorder recorder, State server, String... words) {
    parts.add(new Ladder(recorder, State.CLOSED, server, Ladder.Detail.PLAIN).titled(title));
    parts.add(Prose.of("", words));
    captured.addAll(recorder.captured());
  }

  private void ghostOfTheToy() {
    Recorder recorder = new Recorder(false);
    World world = world(recorder);
    new ToyEnd(world, recorder, Side.CLIENT, FROM_CLIENT, clientIss, false);
    ToyEnd server = new ToyEnd(world, recorder, Side.SERVER, FROM_SERVER, serverIss, true);
    injectOld(world);
    world.run(Duration.ofSeconds(1));
    draw(
        "1. The toy, and a SYN that is an old duplicate: a ghost",
        recorder,
        State.LISTEN,
        "The client has asked for nothing: the SYN is of a connection that ended long ago, and so"
            + " is the text that comes after it. The toy's server is ESTABLISHED with nobody,"
            + " and its program has read " + server.octetsRead()
            + " octets that were said to another one.");
  }

  private SimHost host(World world, Side side, Recorder recorder) {
    boolean client = side == Side.CLIENT;
    return world.host(
        side.toString(),
        config -> {
          config.observer = recorder.observer(side);
          config.fixedIsn = client ? clientIss : serverIss;
          config.tcp.synCookies = SynCookieMode.NEVER; // or the number would be a cookie
        },
        (client ? FROM_CLIENT.local() : FROM_SERVER.local()) + "/24");
  }

  private void ghostOfTheEngine() {
    Recorder recorder = new Recorder(false);
    World world = world(recorder);
    host(world, Side.CLIENT, recorder);
    SimHost server = host(world, Side.SERVER, recorder);
    int[] accepted = {0};
    server.listen(80, () -> {
      accepted[0]++;
      return new Talker();
    });
    injectOld(world);
    world.run(Duration.ofSeconds(1));
    draw(
        "2. TCP, and the same SYN: the client says no",
        recorder,
        State.LISTEN,
        "The server asks back, and the client, which knows of no connection, answers with RST (RFC"
            + " 9293 §3.5.2; figure 8 has the same with a client that is just connecting). The"
            + " server is back in LISTEN, its program has heard of " + accepted[0]
            + " connections, and the old text finds nobody.");
  }

  private void deadlockOfTheToy() {
    Recorder recorder = new Recorder(false);
    World world = world(recorder);
    ToyEnd client = new ToyEnd(world, recorder, Side.CLIENT, FROM_CLIENT, clientIss, false);
    ToyEnd server = new ToyEnd(world, recorder, Side.SERVER, FROM_SERVER, serverIss, true);
    server.says(text);
    loseSynAck(world);
    world.at(0, client::connect);
    world.run(Duration.ofMillis(3_500));
    draw(
        "3. The toy, and its answer is lost: a deadlock",
        recorder,
        State.LISTEN,
        "The server is connected and speaks. The client never learnt the number from which the"
            + " server counts, so it can only drop the text: it has read " + client.octetsRead()
            + " octets. It waits for an answer that the server thinks it has given; the server"
            + " waits for an ACK. Both wait for ever. (Were the SYN sent again, the server would"
            + " take it for an old one: it is connected already.)");
  }

  private static void loseSynAck(World world) {
    int[] left = {1};
    world
        .network()
        .filter((from, packet, now) ->
            !(from.name().equals("server") && packet.has(Flags.SYN) && left[0]-- > 0));
  }

  private void lossInTheEngine() {
    Recorder recorder = new Recorder(false);
    World world = world(recorder);
    SimHost client = host(world, Side.CLIENT, recorder);
    SimHost server = host(world, Side.SERVER, recorder);
    Talker speaker = new Talker().writes(new Pattern(1), text).finish(Finish.STAY);
    server.listen(80, () -> speaker);
    Talker reader = new Talker().reads(new Pattern(1), text).finish(Finish.STAY);
    loseSynAck(world);
    world.at(0, () -> client.connect(40_000, "10.0.0.2", 80, new ConnectionOptions(), reader));
    world.run(Duration.ofMillis(3_500));
    draw(
        "4. TCP, and the same answer is lost: a second's delay",
        recorder,
        State.LISTEN,
        "The server is not connected before the third segment, so it repeats its answer, and the"
            + " client its question. After one second both are connected, and the client has read "
            + reader.octetsRead() + " octets.");
  }
}
