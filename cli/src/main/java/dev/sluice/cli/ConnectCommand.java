package dev.sluice.cli;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.run.Names;
import dev.sluice.cli.run.ServeConfig;
import dev.sluice.cli.run.Serving;
import dev.sluice.cli.text.EndpointText;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice connect HOST PORT`.
@Command(
    name = "connect",
    description = {
      "Opens a connection from Sluice's own TCP: the telnet of Sluice.",
      "",
      "It sends what you type and prints what comes. The end of input closes our side; the",
      "peer may go on sending.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = false,
    footer = {
      "",
      "Without --tun it goes out from the running serve: from its front host, which knows the",
      "other one as 'server'. With --tun it opens a device and a stack of its own.",
      "At a terminal it ends when the peer closes; otherwise when both sides have.",
      "Exit code: 0 if the connection ended in order, 1 if it was refused, reset or lost.",
      "",
      "Examples:",
      "  ./sluice connect server 13                       what time is it over there?",
      "  echo hello | ./sluice connect 198.18.0.2 7       and back",
      "  ./sluice connect 198.18.0.2 7 --source 198.18.0.1:4000",
      "  sudo ./sluice connect 198.18.0.1 22 --tun sl1 --address 198.18.0.2/24",
      "                                                   a server of the kernel, on this machine"
    })
final class ConnectCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "HOST", description = "An address or name.")
  private String host = "";

  @Parameters(index = "1", paramLabel = "PORT", description = "1 to 65535.")
  private String port = "";

  @Option(
      names = "--source",
      paramLabel = "ADDR:PORT",
      description = "Where it comes from; port 0 for any.")
  private @Nullable String source;

  @Mixin
  private TunOptions tun = new TunOptions();

  @Mixin
  private Asking asking = new Asking();

  @Override
  public void run() {
    int portNumber;
    EndpointText local;
    try {
      portNumber = EndpointText.parsePort(port, 1);
      local = source == null ? null : EndpointText.parse(source);
      if (local != null) {
        local.address();
      }
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()), Failure.USAGE);
    }
    if (tun.tun == null) {
      throughRunningStack(portNumber);
    } else {
      throughOwnStack(portNumber, local);
    }
  }

  private void throughRunningStack(int portNumber) {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("do", "connect");
    question.put("host", host);
    question.put("port", portNumber);
    if (source != null) {
      question.put("source", source);
    }
    try (LineChannel channel = asking.open()) {
      say(Asking.ask(channel, question).string("said"));
      talk(Peer.of(channel));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void throughOwnStack(int portNumber, @Nullable EndpointText local) {
    ServeConfig config = new ServeConfig();
    tun.applyTo(config);
    config.offers.clear();
    config.warnings = line -> System.err.println("sluice: " + line);
    try (Serving serving = Serving.start(config);
        SocketChannel channel = serving.client().stack().openSocketChannel()) {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> hangUp(channel, serving)));
      InetSocketAddress remote = Names.resolve(host, portNumber, serving.hosts());
      if (local != null) {
        channel.bind(new InetSocketAddress(local.address().toInetAddress(), local.port()));
      }
      channel.connect(remote);
      say("connected to " + Names.text(remote));
      talk(Peer.of(channel));
    } catch (IOException | IllegalArgumentException e) {
      throw failed(e);
    }
  }

  /// Ctrl-C: the peer hears of it.
  private static void hangUp(SocketChannel channel, Serving serving) {
    try {
      channel.close();
      serving.close();
    } catch (IOException e) {
      // the process ends all the same
    }
  }

  private Failure failed(Exception e) {
    return new Failure(host + " port " + port + ": " + e.getMessage());
  }

  private static void say(String text) {
    if (Terminals.isTerminal()) {
      System.err.println(text + "; Ctrl-D ends");
    }
  }

  private static void talk(Peer peer) throws IOException {
    Thread up = Thread.ofPlatform().name("stdin").daemon().start(() -> send(peer));
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      ByteBuffer buffer = ByteBuffer.allocate(LineChannel.MAX_FRAME);
      while (peer.read(buffer)) {
        out.write(buffer.array(), 0, buffer.limit());
      }
      if (up.isAlive() && Terminals.isTerminal()) {
        System.err.println("the peer closed the connection");
      } else {
        up.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(Peer peer) {
    byte[] octets = new byte[LineChannel.MAX_FRAME];
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      int count = in.read(octets);
      while (count >= 0) {
        peer.write(ByteBuffer.wrap(octets, 0, count));
        count = in.read(octets);
      }
      peer.shutdownOutput();
    } catch (IOException e) {
      // the reading side says what happened
    }
  }
}
