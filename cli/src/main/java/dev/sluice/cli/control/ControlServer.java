package dev.sluice.cli.control;

import dev.sluice.cli.json.Fields;
import dev.sluice.cli.json.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Answers other processes of the same user on a Unix domain socket.
public final class ControlServer implements AutoCloseable {
  /// Askers at once, at most.
  private static final int MAX_CLIENTS = 256;
  /// How long after a failed accept the next is tried.
  private static final long PAUSE_MILLIS = 50;

  private final RunningStack stack;
  private final Map<String, Request> requests;
  private final ServerSocketChannel server;
  private final Semaphore room = new Semaphore(MAX_CLIENTS);
  private final Map<LineChannel, Boolean> open = new ConcurrentHashMap<>();

  private ControlServer(
      RunningStack stack, Map<String, Request> requests, ServerSocketChannel server) {
    this.stack = stack;
    this.requests = requests;
    this.server = server;
  }

  /// Binds the socket and begins to answer.
  ///
  /// @param requests by name
  /// @throws IOException if the socket cannot be made
  public static ControlServer start(RunningStack stack, Map<String, Request> requests)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(stack.socket()));
      ControlDirectory.protect(stack.socket());
    } catch (IOException e) {
      server.close();
      throw new IOException("no control socket at " + stack.socket() + ": " + e.getMessage(), e);
    }
    ControlServer control = new ControlServer(stack, Map.copyOf(requests), server);
    Thread.ofVirtual().name("control").start(control::acceptAll);
    return control;
  }

  /// Under which name this stack is found.
  public RunningStack stack() {
    return stack;
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        room.acquire();
        LineChannel client = new LineChannel(server.accept());
        open.put(client, true);
        Thread.ofVirtual().name("control-client").start(() -> serve(client));
      } catch (IOException e) {
        room.release();
        pause(); // closed, or no file descriptor is left, which passes
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(LineChannel client) {
    try (client) {
      String line = client.readLine();
      while (line != null) {
        Map<String, Object> answer = answer(line, client);
        if (answer.isEmpty()) {
          return;
        }
        client.writeLine(Json.text(answer));
        line = client.readLine();
      }
    } catch (IOException e) {
      // the asker is gone; there is nobody to tell
    } finally {
      open.remove(client);
      room.release();
    }
  }

  private Map<String, Object> answer(String line, LineChannel client) {
    try {
      Fields question = Json.object(line);
      String name = question.string("do");
      @Nullable Request request = requests.get(name);
      if (request == null) {
        return failure("this stack does not know the request '" + name + "'");
      }
      Map<String, Object> answer = request.answer(question, client);
      if (answer.isEmpty()) {
        return answer;
      }
      Map<String, Object> whole = new LinkedHashMap<>();
      whole.put("ok", true);
      whole.putAll(answer);
      return whole;
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      return failure(String.valueOf(e.getMessage()));
    }
  }

  /// The answer that says what went wrong.
  public static Map<String, Object> failure(String message) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", false);
    answer.put("error", message);
    return answer;
  }

  /// Stops answering and removes the socket.
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(stack.socket());
    for (LineChannel client : open.keySet()) {
      client.close();
    }
  }

  /// The other end: asks one question.
  ///
  /// @return the answer's fields
  /// @throws RefusedException with the other side's words if it said no
  public static Fields ask(LineChannel channel, Map<String, Object> question)
      throws IOException, RefusedException {
    channel.writeLine(Json.text(question));
    String line = channel.readLine();
    if (line == null) {
      throw new IOException("the Sluice stack ended");
    }
    Fields answer = Json.object(line);
    if (!answer.flag("ok")) {
      throw new RefusedException(answer.string("error"));
    }
    return answer;
  }

  /// The running stack said no; the message is its own.
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
