package dev.sluice.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Urgent data through sockets and channels (RFC 9293 §3.8.5, RFC 6093).
@Timeout(60)
class UrgentDataTest {
  private TwoStacks stacks;
  private TwoStacks.Pair pair;
  private Socket sender;
  private Socket receiver;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
    pair = stacks.connected();
    sender = pair.client().socket();
    receiver = pair.server().socket();
  }

  @AfterEach
  void stop() throws IOException {
    pair.close();
    stacks.close();
  }

  private void send(String before, char urgent, String behind) throws IOException {
    sender.getOutputStream().write(before.getBytes(US_ASCII));
    sender.sendUrgentData(urgent);
    sender.getOutputStream().write(behind.getBytes(US_ASCII));
    sender.shutdownOutput();
  }

  @Test
  void aSocketLeavesTheUrgentOctetOutUnlessItIsAskedFor() throws IOException {
    assertThat(receiver.getOOBInline()).isFalse();
    send("abc", '!', "def");
    assertThat(receiver.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("abcdef");
  }

  @Test
  void inlineItComesAmongTheOthers() throws IOException {
    receiver.setOOBInline(true);
    assertThat(receiver.getOOBInline()).isTrue();
    send("abc", '!', "def");
    assertThat(receiver.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("abc!def");
  }

  @Test
  void anUrgentOctetAloneIsNothingToReadForASocket() throws IOException {
    send("", '!', "");
    assertThat(receiver.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aChannelReadsItAmongTheOthersAndKnowsWhereItEnds() throws IOException {
    send("abc", '!', "def");
    SocketChannel channel = pair.server();
    ByteBuffer target = ByteBuffer.allocate(1);
    assertThat(channel.read(target)).isEqualTo(1);
    StringBuilder text = new StringBuilder("a");
    int left = channel.getOption(SluiceSocketOptions.TCP_URGENT_LEFT);
    while (channel.read(target.clear()) > 0) {
      text.append((char) target.get(0));
      int now = channel.getOption(SluiceSocketOptions.TCP_URGENT_LEFT);
      assertThat(now).isLessThanOrEqualTo(Math.max(left, 3));
      left = now;
      boolean atMark = text.toString().equals("abc!");
      assertThat(atMark && left > 0).as("left at the mark: " + left).isFalse();
    }
    assertThat(text.toString()).isEqualTo("abc!def");
    assertThat(left).isZero();
  }
}
