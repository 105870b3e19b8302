package dev.sluice.cli.service;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.HttpService;
import org.apache.hc.core5.http.io.HttpRequestHandler;
import org.apache.hc.core5.http.io.support.BasicHttpServerRequestHandler;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.util.Timeout;

/// HTTP/1.1 with persistent connections.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112 RFC 9112
public final class Http implements Service {
  /// How long a connection may be silent.
  private static final Timeout PATIENCE = Timeout.ofSeconds(30);
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int MAX_LINE = 8 << 10;
  private static final int MAX_HEADERS = 100;

  private final Http1Config config = Http1Config.custom()
      .setBufferSize(BUFFER_BYTES)
      .setMaxLineLength(MAX_LINE)
      .setMaxHeaderCount(MAX_HEADERS)
      .build();
  private final HttpService service;

  /// @param pages who answers requests for any path
  public Http(HttpRequestHandler pages) {
    service = HttpService.builder()
        .withHttpProcessor(HttpProcessors.server("Sluice"))
        .withHttpServerRequestHandler(
            new BasicHttpServerRequestHandler((request, context) -> pages))
        .withHttp1Config(config)
        .build();
  }

  @Override
  public void serve(SocketChannel peer) throws IOException {
    Socket socket = peer.socket();
    try (DefaultBHttpServerConnection connection =
        new DefaultBHttpServerConnection("http", config)) {
      connection.bind(socket);
      connection.setSocketTimeout(PATIENCE);
      while (connection.isOpen()) {
        service.handleRequest(connection, HttpCoreContext.create());
      }
    } catch (ConnectionClosedException e) {
      // the peer asked nothing more
    } catch (HttpException e) {
      throw new IOException(e);
    }
  }
}
