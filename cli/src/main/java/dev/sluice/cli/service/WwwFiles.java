package dev.sluice.cli.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.HttpRequestHandler;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/// The files below one directory; never a file outside it, not by `..`, not by a link.
public final class WwwFiles implements HttpRequestHandler {
  private static final String INDEX = "index.html";

  private final Path root;

  /// @param directory what is served
  /// @throws IOException if it is no directory one can read
  public WwwFiles(Path directory) throws IOException {
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      throw new IOException("no directory I can read: " + directory);
    }
    root = directory.toRealPath();
  }

  @Override
  public void handle(ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context)
      throws IOException {
    if (!Replies.onlyReads(request, response)) {
      return;
    }
    String path = Replies.path(request);
    Path file = resolve(path);
    if (file == null) {
      Replies.notFound(response);
    } else if (Files.isDirectory(file)) {
      directory(path, file, response, request);
    } else {
      send(file, request, response);
    }
  }

  private void directory(
      String path, Path directory, ClassicHttpResponse response, ClassicHttpRequest request)
      throws IOException {
    if (!path.endsWith("/")) {
      // "//host/x" would send the browser elsewhere
      int slashes = 0;
      while (slashes < path.length() - 1 && path.charAt(slashes + 1) == '/') {
        slashes++;
      }
      response.addHeader("Location", path.substring(slashes) + "/");
      Replies.text(response, 301, "text/plain; charset=utf-8", "It has a / at its end.\n");
      return;
    }
    Path index = directory.resolve(INDEX);
    if (Files.isRegularFile(index) && index.toRealPath().startsWith(root)) {
      send(index, request, response);
    } else {
      Replies.notFound(response);
    }
  }

  /// The file that a path names, or null if there is none that may be read.
  @Nullable
  Path resolve(String encodedPath) {
    if (!encodedPath.startsWith("/")) {
      return null;
    }
    try {
      // a plus is a plus in a path, unlike in a form
      String decoded = URLDecoder.decode(encodedPath.replace("+", "%2B"), StandardCharsets.UTF_8);
      Path file = root;
      for (String name : decoded.split("/", -1)) {
        if (name.equals("..") || name.indexOf('\\') >= 0) {
          return null;
        }
        file = file.resolve(name);
      }
      Path real = file.toRealPath();
      boolean allowed = real.startsWith(root) && Files.isReadable(real);
      return allowed && (Files.isRegularFile(real) || Files.isDirectory(real)) ? real : null;
    } catch (IOException | IllegalArgumentException e) {
      return null; // no such file, or a name that cannot be one (InvalidPathException)
    }
  }

  private static void send(Path file, ClassicHttpRequest request, ClassicHttpResponse response)
      throws IOException {
    String type = ContentTypes.of(String.valueOf(file.getFileName()));
    SeekableByteChannel channel = Files.newByteChannel(file);
    long size = channel.size();
    Header wanted = request.getFirstHeader("Range");
    ByteRange range = wanted == null ? null : ByteRange.parse(wanted.getValue(), size);
    response.addHeader("Accept-Ranges", "bytes");
    if (range == null) {
      response.setCode(200);
      range = new ByteRange(0, size - 1);
    } else if (range.isEmpty()) {
      channel.close();
      response.addHeader("Content-Range", "bytes */" + size);
      Replies.text(response, 416, "text/plain; charset=utf-8", "The file is shorter.\n");
      return;
    } else {
      response.setCode(206);
      response.addHeader(
          "Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + size);
    }
    InputStream in = Channels.newInputStream(channel.position(range.first()));
    response.setEntity(new InputStreamEntity(in, range.length(), ContentType.parse(type)));
  }
}
