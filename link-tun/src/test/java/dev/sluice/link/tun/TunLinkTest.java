package dev.sluice.link.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.Checksum;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against the real kernel, each test in a network namespace of its own.
@Timeout(60)
@EnabledIf(
    value = "dev.sluice.link.tun.NetworkNamespace#isAllowed",
    disabledReason = NetworkNamespace.NEEDS)
final class TunLinkTest {
  private static final int UDP = 17;
  private static final String V4 = "198.18.0.1/24";
  private static final String V6 = "fd5a::1/64";

  private static Tun tun() {
    return Tun.named("sl0").kernelAddress(V4).kernelAddress(V6);
  }

  @Test
  void deviceIsUpWithItsAddressesMtuAndQueueAndGoneAfterClose() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink link = tun().mtu(1400).queueLength(7000).open()) {
        assertThat(link.name()).isEqualTo("sl0");
        NetworkInterface device = NetworkInterface.getByName("sl0");
        assertThat(device.isUp()).isTrue();
        assertThat(device.getMTU()).isEqualTo(1400);
        assertThat(run("ip", "link", "show", "sl0")).contains("qlen 7000");
        assertThat(run("ip", "addr", "show", "sl0"))
            .contains("198.18.0.1/24")
            .contains("fd5a::1/64 scope global nodad");
      }
      assertThat(NetworkInterface.getByName("sl0")).isNull();
    });
  }

  /// What a program prints that this thread starts: it lives in this thread's network.
  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  @Test
  void v6AddressIsInUseWhenOpenReturns() throws Exception {
    NetworkNamespace.run(() -> {
      for (int i = 0; i < 50; i++) {
        try (TunLink link = tun().open();
            Netlink netlink = new Netlink(new Linux())) {
          assertThat(link.name()).isEqualTo("sl0");
          assertThat(netlink.isReady(KernelAddress.parse(V6))).isTrue();
          assertThat(netlink.isReady(KernelAddress.parse("fd5a::2/64"))).isFalse();
        }
      }
    });
  }

  @Test
  void capabilitiesTellWhatTheKernelTakes() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink link = Tun.named("a").mtu(1400).open();
          TunLink plain = Tun.named("b").offload(false).open()) {
        assertThat(link.capabilities())
            .isEqualTo(new LinkCapabilities(1400, 65_535, PacketBuffer.MAX_PACKET, true));
        assertThat(plain.capabilities()).isEqualTo(LinkCapabilities.plain(1500));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> link.receive(new PacketBuffer(1500), 0));
      }
    });
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.1,198.18.0.2,true",
    "fd5a::1,fd5a::2,true",
    "198.18.0.1,198.18.0.2,false",
    "fd5a::1,fd5a::2,false"
  })
  void kernelDatagramArrivesHereAndTheAnswerThere(String kernel, String stack, boolean offload)
      throws Exception {
    NetworkNamespace.run(() -> {
      PacketBuffer packet = PacketBuffer.ofMaximumSize();
      try (TunLink link = tun().offload(offload).open();
          DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(kernel))) {
        byte[] text = "how are you?".getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(text, text.length, new InetSocketAddress(stack, 9)));
        ToyTcp.awaitProtocol(link, packet, UDP);
        int udp = packet.u8(0) >>> 4 == 4 ? 20 : 40;
        assertThat(new String(packet.toArray(), udp + 8, text.length, StandardCharsets.UTF_8))
            .isEqualTo("how are you?");
        assertThat(packet.arrivalNanos()).isEqualTo(77);
        assertThat(packet.checksum())
            .isEqualTo(offload ? PacketBuffer.Checksum.PARTIAL : PacketBuffer.Checksum.COMPLETE);
        assertThat(packet.transportOffset()).isEqualTo(offload ? udp : 0);

        turnAround(packet, udp);
        packet.u8(udp + 8, 'H');
        finishUdp(packet, udp, offload);
        assertThat(link.send(packet, 0)).isTrue();
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        socket.setSoTimeout(5000);
        socket.receive(answer);
        assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
            .isEqualTo("How are you?");
        assertThat(answer.getPort()).isEqualTo(9);
      }
    });
  }

  private static void turnAround(PacketBuffer packet, int udp) {
    int length = udp == 20 ? 4 : 16;
    int source = udp == 20 ? 12 : 8;
    for (int i = 0; i < length; i++) {
      int octet = packet.u8(source + i);
      packet.u8(source + i, packet.u8(source + length + i));
      packet.u8(source + length + i, octet);
    }
    int port = packet.u16(udp);
    packet.u16(udp, packet.u16(udp + 2));
    packet.u16(udp + 2, port);
  }

  private static void finishUdp(PacketBuffer packet, int udp, boolean leaveToKernel) {
    int addresses = udp == 20 ? Checksum.sum(packet, 12, 8) : Checksum.sum(packet, 8, 32);
    int length = packet.length() - udp;
    int sum = Checksum.combine(addresses, Checksum.combine(UDP, length));
    packet.u16(udp + 6, leaveToKernel ? sum : 0);
    if (leaveToKernel) {
      packet.checksum(PacketBuffer.Checksum.PARTIAL);
      packet.transportOffset(0); // the link finds it
    } else {
      packet.u16(udp + 6, Checksum.ofSum(Checksum.combine(sum, Checksum.sum(packet, udp, length))));
    }
  }

  @ParameterizedTest
  @CsvSource({"198.18.0.2,1460,true", "fd5a::2,1440,true", "198.18.0.2,1460,false"})
  void kernelTcpSendsSegmentsToBeCutWhereWeTakeThem(String stack, int mss, boolean offload)
      throws Exception {
    NetworkNamespace.run(() -> {
      byte[] octets = new byte[1 << 20];
      new Random(1).nextBytes(octets);
      try (TunLink link = tun().offload(offload).open()) {
        ToyTcp server = new ToyTcp(link, mss);
        FutureTask<Void> client = inThisNetwork(() -> {
          try (Socket socket = new Socket(stack, 7)) {
            socket.getOutputStream().write(octets);
          }
        });
        server.serve();
        client.get();
        assertThat(server.received()).isEqualTo(octets);
        if (offload) {
          assertThat(server.longestPacket).isGreaterThan(1500);
          assertThat(server.largestSegmentSize).isBetween(500, mss);
          assertThat(server.completeChecksums).isZero();
          assertThat(link.counters().get(TunCounter.RECEIVED_MERGED)).isPositive();
        } else {
          assertThat(server.longestPacket).isLessThanOrEqualTo(1500);
          assertThat(server.largestSegmentSize).isZero();
        }
      }
    });
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.2,1460,1460",
    "fd5a::2,1440,1440",
    "198.18.0.2,1460,536",
    "198.18.0.2,1460,0"
  })
  void kernelTcpReceivesSegmentsThatItCuts(String stack, int mss, int segmentSize)
      throws Exception {
    NetworkNamespace.run(() -> {
      byte[] octets = new byte[60_000];
      new Random(2).nextBytes(octets);
      try (TunLink link = tun().open()) {
        ToyTcp server = new ToyTcp(link, mss);
        server.willSend(octets, segmentSize);
        FutureTask<Void> client = inThisNetwork(() -> {
          try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1 << 20);
            socket.connect(new InetSocketAddress(stack, 7));
            assertThat(socket.getInputStream().readNBytes(octets.length)).isEqualTo(octets);
          }
        });
        server.serve();
        client.get();
        assertThat(link.counters().get(TunCounter.SENT_TO_BE_CUT))
            .isEqualTo(segmentSize == 0 ? 0 : 1);
      }
    });
  }

  @ParameterizedTest
  @CsvSource({"198.18.0.2,1460", "fd5a::2,1440"})
  void packetsInPiecesAreTheSamePackets(String stack, int mss) throws Exception {
    NetworkNamespace.run(() -> {
      byte[] there = new byte[1 << 20];
      byte[] back = new byte[60_000];
      new Random(3).nextBytes(there);
      new Random(4).nextBytes(back);
      try (TunLink link = tun().open()) {
        assertThat(link.gathers()).isTrue();
        InPieces inPieces = new InPieces(link);
        ToyTcp server = new ToyTcp(inPieces, mss);
        server.willSend(back, mss);
        FutureTask<Void> client = inThisNetwork(() -> {
          try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1 << 20);
            socket.connect(new InetSocketAddress(stack, 7));
            assertThat(socket.getInputStream().readNBytes(back.length)).isEqualTo(back);
            socket.getOutputStream().write(there);
          }
        });
        server.serve();
        client.get();
        assertThat(server.received()).isEqualTo(there);
        assertThat(inPieces.receivedInPieces).isPositive();
        assertThat(inPieces.sentInPieces).isPositive();
      }
    });
  }

  /// A thread started here belongs to this thread's network.
  private static FutureTask<Void> inThisNetwork(NetworkNamespace.Action action) {
    FutureTask<Void> task = new FutureTask<>(() -> {
      action.run();
      return null;
    });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  @Test
  void awaitEndsByAWakeupATimeAndAPacket() throws Exception {
    NetworkNamespace.run(() -> {
      PacketBuffer packet = PacketBuffer.ofMaximumSize();
      try (TunLink link = tun().open();
          DatagramSocket socket = new DatagramSocket()) {
        link.await(1_000_000);
        link.wakeup();
        link.await(Link.NEVER); // woken before it slept
        for (int i = 0; i < 1000; i++) {
          FutureTask<Void> waker = inThisNetwork(link::wakeup);
          drain(link, packet);
          link.await(Link.NEVER); // one lost wake-up hangs the test
          waker.get();
        }
        FutureTask<Void> sender = inThisNetwork(() -> socket.send(
            new DatagramPacket(new byte[9], 9, new InetSocketAddress("198.18.0.2", 9))));
        ToyTcp.awaitProtocol(link, packet, UDP);
        sender.get();
        assertThat(sender).isDone();
      }
    });
  }

  private static void drain(Link link, PacketBuffer packet) throws IOException {
    while (link.receive(packet, 0)) {
      // the kernel's own chatter
    }
  }

  @Test
  void closedLinkSaysSoAndAWakeupHurtsNobody() throws Exception {
    NetworkNamespace.run(() -> {
      TunLink link = Tun.open("sl0");
      link.close();
      link.close();
      link.wakeup();
      assertThatIOException()
          .isThrownBy(() -> link.receive(PacketBuffer.ofMaximumSize(), 0))
          .withMessage("the device sl0 is closed");
      assertThatIOException().isThrownBy(() -> link.await(0));
    });
  }

  @Test
  void deviceDeletedBySomebodyIsGoneForGood() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink link = tun().open()) {
        PacketBuffer packet = PacketBuffer.ofMaximumSize();
        assertThat(run("ip", "link", "delete", "sl0")).isEmpty();
        assertThatIOException()
            .isThrownBy(() -> link.receive(packet, 0))
            .withMessage("the device sl0 is gone: somebody has deleted it");
      }
    });
  }

  @Test
  void packetsForADeviceThatIsDownAndMalformedOnesAreLostAndCounted() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink link = tun().open()) {
        PacketBuffer packet = PacketBuffer.ofMaximumSize();
        packet.reset(40); // no IP version
        packet.u8(0, 0);
        assertThat(link.send(packet, 0)).isTrue();
        assertThat(link.counters().get(TunCounter.LOST_REFUSED)).isEqualTo(1);
        run("ip", "link", "set", "sl0", "down");
        packet.u8(0, 0x45);
        assertThat(link.send(packet, 0)).isTrue();
        assertThat(link.counters().get(TunCounter.LOST_DEVICE_DOWN)).isEqualTo(1);
        drain(link, packet); // what was queued is still there, and the link lives
      }
    });
  }

  @Test
  void segmentToBeCutNeedsAPartialChecksum() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink link = tun().open()) {
        PacketBuffer packet = PacketBuffer.ofMaximumSize();
        packet.reset(4000);
        packet.u8(0, 0x45);
        packet.segmentSize(1460);
        assertThatIllegalArgumentException().isThrownBy(() -> link.send(packet, 0));
        packet.reset(65_536);
        assertThatIllegalArgumentException().isThrownBy(() -> link.send(packet, 0));
      }
    });
  }

  @Test
  void queuesShareOneDevice() throws Exception {
    NetworkNamespace.run(() -> {
      List<TunLink> links = tun().queues(3).openAll();
      assertThat(links).hasSize(3).allMatch(l -> l.name().equals("sl0"));
      for (TunLink link : links) {
        assertThat(NetworkInterface.getByName("sl0")).isNotNull();
        link.close();
      }
      assertThat(NetworkInterface.getByName("sl0")).isNull();
    });
  }

  @Test
  void numberInTheNameIsChosenByTheKernel() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink first = Tun.open("sl%d");
          TunLink second = Tun.open("sl%d")) {
        assertThat(first.name()).isEqualTo("sl0");
        assertThat(second.name()).isEqualTo("sl1");
      }
    });
  }

  @Test
  void steadyReceivingAndSendingAllocateNothing() throws Exception {
    NetworkNamespace.run(() -> {
      PacketBuffer packet = PacketBuffer.ofMaximumSize();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      try (TunLink link = tun().open();
          DatagramSocket socket = new DatagramSocket(9, InetAddress.getByName("198.18.0.1"))) {
        DatagramPacket datagram =
            new DatagramPacket(new byte[500], 500, new InetSocketAddress("198.18.0.2", 9));
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 60 && least > 0; round++) {
          for (int i = 0; i < 500; i++) {
            socket.send(datagram);
          }
          long before = threads.getCurrentThreadAllocatedBytes();
          int packets = 0;
          while (link.receive(packet, packets)) {
            link.send(packet, packets); // back where it came from: the kernel drops it
            packets++;
          }
          for (int i = 0; i < 500; i++) {
            link.await(1);
          }
          long allocated = threads.getCurrentThreadAllocatedBytes() - before;
          assertThat(packets).isGreaterThanOrEqualTo(500);
          least = round < 20 ? least : Math.min(least, allocated);
        }
        assertThat(least).isZero();
      }
    });
  }

  @ParameterizedTest
  @CsvSource({"--bounding-set=-net_admin", "--bounding-set=-all --reuid=65534 --clear-groups"})
  void missingPrivilegeIsToldInOneLine(String options) throws Exception {
    List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        OpenOne.class.getName()));
    assertThat(run(command.toArray(new String[0])).strip())
        .isEqualTo("opening a TUN device needs root or CAP_NET_ADMIN: run it with sudo,"
            + " or in a container with --cap-add NET_ADMIN --device /dev/net/tun");
  }

  /// The program that the test above runs without privilege.
  static final class OpenOne {
    public static void main(String[] args) {
      try (TunLink link = Tun.open("sluice-test")) {
        System.out.println("opened " + link.name());
      } catch (TunException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void nameInUseIsToldInOneLine() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink first = tun().open()) {
        assertThatThrownBy(() -> Tun.open(first.name()))
            .isInstanceOf(TunException.class)
            .hasMessage("the device sl0 is in use by another program: stop that, or choose"
                + " another name");
        assertThatThrownBy(() -> Tun.named(first.name()).kernelAddress(V4).open())
            .isInstanceOf(TunException.class)
            .hasMessageStartingWith("the device sl0 is in use by another program");
      }
      assertThatThrownBy(() -> Tun.open("lo"))
          .isInstanceOf(TunException.class)
          .hasMessage("the name lo belongs to a network device of another kind: choose another"
              + " name, like sl0");
    });
  }

  @Test
  void addressThatIsTakenIsToldInOneLineAndNoDeviceIsLeft() throws Exception {
    NetworkNamespace.run(() -> {
      try (TunLink first = tun().open()) {
        assertThat(first.capabilities().finishesChecksum()).isTrue();
        assertThatThrownBy(() -> Tun.named("sl1").kernelAddress(V4).open())
            .isInstanceOf(TunException.class)
            .hasMessage("the address 198.18.0.1 is already on sl0: choose another one for sl1");
        assertThatThrownBy(() -> Tun.named("sl1").kernelAddress("198.18.0.9/24").open())
            .isInstanceOf(TunException.class)
            .hasMessage("the network of 198.18.0.9/24 is already on sl0 (198.18.0.1/24):"
                + " choose another one for sl1");
        assertThatThrownBy(() -> Tun.named("sl1").kernelAddress("fd5a::9/64").open())
            .isInstanceOf(TunException.class)
            .hasMessageContaining("already on sl0");
        assertThatThrownBy(() -> Tun.named("sl1")
                .kernelAddress("10.0.0.1/8")
                .kernelAddress("10.0.0.1/8")
                .open())
            .isInstanceOf(TunException.class)
            .hasMessage("the address 10.0.0.1 is given to sl1 twice: leave one out");
      }
      assertThat(NetworkInterface.getByName("sl1")).isNull();
    });
  }

  @Test
  void v6SwitchedOffIsToldInOneLine() throws Exception {
    NetworkNamespace.run(() -> {
      assertThat(run("sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=1"))
          .isEmpty();
      assertThatThrownBy(() -> tun().open())
          .isInstanceOf(TunException.class)
          .hasMessageStartingWith(
              "this kernel has IPv6 switched off, so sl0 cannot have fd5a::1/64");
    });
  }
}
