package dev.sluice.cli.service;

import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/// Answers that all pages give.
final class Replies {
  private Replies() {}

  /// Whether the request only reads; if not, it has been answered with 405.
  static boolean onlyReads(ClassicHttpRequest request, ClassicHttpResponse response) {
    String method = request.getMethod();
    if (method.equals("GET") || method.equals("HEAD")) {
      return true;
    }
    response.addHeader("Allow", "GET, HEAD");
    text(response, 405, "text/plain; charset=utf-8", "Only GET and HEAD are answered here.\n");
    return false;
  }

  static void notFound(ClassicHttpResponse response) {
    text(response, 404, "text/plain; charset=utf-8", "There is nothing of that name here.\n");
  }

  static void text(ClassicHttpResponse response, int code, String type, String text) {
    response.setCode(code);
    response.setEntity(
        new ByteArrayEntity(text.getBytes(StandardCharsets.UTF_8), ContentType.parseLenient(type)));
  }

  /// The path of a request, without what stands behind `?` or `#`, still encoded.
  static String path(ClassicHttpRequest request) {
    String path = request.getPath();
    int end = path.length();
    for (int i = 0; i < end; i++) {
      char c = path.charAt(i);
      if (c == '?' || c == '#') {
        end = i;
      }
    }
    return path.substring(0, end);
  }
}
