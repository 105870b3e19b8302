package dev.sluice.socket;

import java.io.IOException;
import java.net.Socket;

/// A socket of java.net on this stack.
final class StackSocket extends Socket {
  StackSocket(SluiceSelectorProvider provider) throws IOException {
    super(new SocketOverChannel((SluiceSocketChannel) provider.openSocketChannel(), false));
  }
}
