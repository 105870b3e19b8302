package dev.sluice.cli.service;

import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.StackView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.HttpRequestHandler;
import org.apache.hc.core5.http.protocol.HttpContext;

/// What one sees without `--www`: a page that says what one is talking to, and its
/// connections as they stand, from `/netstat.json`.
public final class BuiltInPage implements HttpRequestHandler {
  private final Supplier<StackView> stack;
  private final String page;

  /// @param stack asks the running stack
  public BuiltInPage(Supplier<StackView> stack) {
    this.stack = stack;
    page = resource();
  }

  private static String resource() {
    try (InputStream in = BuiltInPage.class.getResourceAsStream("welcome.html")) {
      if (in == null) {
        throw new AssertionError("welcome.html is not where the classes are");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError("welcome.html cannot be read", e);
    }
  }

  @Override
  public void handle(
      ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context) {
    if (!Replies.onlyReads(request, response)) {
      return;
    }
    switch (Replies.path(request)) {
      case "/", "/index.html" -> Replies.text(response, 200, "text/html; charset=utf-8", page);
      case "/netstat.json" -> {
        response.addHeader("Cache-Control", "no-store");
        Replies.text(response, 200, "application/json", Json.text(stack.get().toJson()) + "\n");
      }
      default -> Replies.notFound(response);
    }
  }
}
