package dev.sluice.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.front.Tcp;
import dev.sluice.cli.view.HostView;
import dev.sluice.cli.view.StackView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.io.HttpRequestHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpTest {
  @TempDir
  Path temp;

  private final HttpClient client = HttpClient.newHttpClient();
  private ServerSocketChannel server;
  private ServiceListener listener;
  private String base;

  @BeforeEach
  void files() throws IOException {
    Path root = Files.createDirectories(temp.resolve("www/sub dir"));
    Files.writeString(temp.resolve("www/index.html"), "<h1>hello</h1>");
    Files.writeString(temp.resolve("www/ten.txt"), "0123456789");
    Files.writeString(temp.resolve("www/a+b.bin"), "plus");
    Files.writeString(root.resolve("index.html"), "<h1>below</h1>");
    Files.createDirectories(temp.resolve("www/bare"));
    Files.writeString(temp.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(temp.resolve("www/link.txt"), temp.resolve("secret.txt"));
    Files.createSymbolicLink(temp.resolve("www/bare/index.html"), temp.resolve("secret.txt"));
    serve(new WwwFiles(temp.resolve("www")));
  }

  private void serve(HttpRequestHandler pages) throws IOException {
    server = Tcp.listen();
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    listener = new ServiceListener("http", port, server, new Http(pages));
    listener.start();
    base = "http://" + server.socket().getInetAddress().getHostAddress() + ":" + port;
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    listener.closePeers();
    client.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "/, <h1>hello</h1>, text/html; charset=utf-8",
    "/?a=1, <h1>hello</h1>, text/html; charset=utf-8",
    "/ten.txt, 0123456789, text/plain; charset=utf-8",
    "/a+b.bin, plus, application/octet-stream",
    "/sub%20dir/, <h1>below</h1>, text/html; charset=utf-8",
    "/sub%20dir//index.html, <h1>below</h1>, text/html; charset=utf-8",
  })
  void fileIsSentWithItsType(String path, String body, String type) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(type);
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(body.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/none", "/link.txt", "/bare/", "/..%2fsecret.txt", "/%2e%2e/secret.txt",
        "/sub%20dir/..%2f..%2fsecret.txt", "/%00", "/%", "/x%5c..%5csecret.txt", "//etc/passwd"
      })
  void whatIsNotBelowTheDirectoryIsNotThere(String path) throws Exception {
    try (SocketChannel peer = Tcp.connect(server)) {
      Tcp.write(peer, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

      assertThat(Tcp.readAll(peer)).matches("(?s)HTTP/1.1 40[04] .*").doesNotContain("secret\n");
    }
  }

  @Test
  void headHasTheLengthAndNoBody() throws Exception {
    HttpRequest head =
        HttpRequest.newBuilder(URI.create(base + "/ten.txt")).HEAD().build();
    HttpResponse<String> response = client.send(head, BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(10);
  }

  @Test
  void aDirectoryIsFoundWithASlash() throws Exception {
    HttpResponse<String> response = get("/sub%20dir");

    assertThat(response.statusCode()).isEqualTo(301);
    assertThat(response.headers().firstValue("Location")).hasValue("/sub%20dir/");
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    HttpRequest post = HttpRequest.newBuilder(URI.create(base + "/"))
        .POST(BodyPublishers.ofString("x"))
        .build();
    HttpResponse<String> response = client.send(post, BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3, 206, 0123, bytes 0-3/10",
    "bytes=7-, 206, 789, bytes 7-9/10",
    "bytes=-2, 206, 89, bytes 8-9/10",
    "bytes=5-99, 206, 56789, bytes 5-9/10",
    "'bytes=0-1,3-4', 200, 0123456789,",
    "bytes=3-1, 200, 0123456789,",
    "chapters=1-2, 200, 0123456789,",
    "bytes=x-, 200, 0123456789,",
  })
  void rangeIsAPartOfTheFile(String range, int code, String body, String contentRange)
      throws Exception {
    HttpResponse<String> response = get("/ten.txt", "Range", range);

    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
  }

  @Test
  void rangeBehindTheEndIsNotSatisfied() throws Exception {
    HttpResponse<String> response = get("/ten.txt", "Range", "bytes=10-");

    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.headers().firstValue("Content-Range")).hasValue("bytes */10");
  }

  @Test
  void oneConnectionServesManyRequests() throws Exception {
    try (SocketChannel peer = Tcp.connect(server)) {
      for (int i = 0; i < 3; i++) {
        Tcp.write(peer, "GET /ten.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        String seen = Tcp.read(peer, 16);
        while (!seen.endsWith("0123456789")) {
          seen += Tcp.read(peer, 1);
        }
        assertThat(seen).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void whatIsNoRequestIsAnsweredWith400() throws Exception {
    try (SocketChannel peer = Tcp.connect(server)) {
      Tcp.write(peer, "hello?\r\n\r\n");

      assertThat(Tcp.readAll(peer)).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void theBuiltInPageExplainsItselfAndShowsTheStack() throws Exception {
    listener.close();
    StackView view =
        new StackView("serve", 1, List.of(new HostView("server", List.of(), List.of(), Map.of())));
    serve(new BuiltInPage(() -> view));

    assertThat(get("/").body()).contains("You are talking to Sluice").contains("netstat.json");
    assertThat(get("/netstat.json").body()).startsWith("{\"format\":1,\"stack\":\"serve\"");
    assertThat(get("/other").statusCode()).isEqualTo(404);
  }

  @Test
  void aDirectoryThatIsNoneIsSaidSo() {
    assertThatThrownBy(() -> new WwwFiles(temp.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no directory");
  }
}
