package dev.sluice.socket;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/// A server socket of java.net on this stack.
final class StackServerSocket extends ServerSocket {
  private final SluiceSelectorProvider provider;

  StackServerSocket(SluiceSelectorProvider provider) throws IOException {
    super(new ListenerOverChannel(
        (SluiceServerSocketChannel) provider.openServerSocketChannel(), false));
    this.provider = provider;
  }

  /// java.net can only make sockets of the platform's kind itself.
  @Override
  public Socket accept() throws IOException {
    Socket socket = new StackSocket(provider);
    try {
      implAccept(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    return socket;
  }
}
