package dev.sluice.cli.run;

import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The firewall's rules in a file.
public final class Rules {
  /// The longest file that is read, in octets.
  private static final long MAX_BYTES = 4 << 20;

  private Rules() {}

  /// Reads a file of rules.
  ///
  /// @throws IOException in words for people: it cannot be read, or every mistake with
  ///     its line and column
  public static Firewall read(Path file) throws IOException {
    String text;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(file + ": more than 4 MiB of rules");
      }
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new IOException(file + ": no text in UTF-8", e);
    } catch (IOException e) {
      throw Files.isDirectory(file) ? new IOException(file + ": is a directory", e) : e;
    }
    try {
      return Firewall.parse(text);
    } catch (FirewallSyntaxException e) {
      throw new IOException(e.show(file.toString()), e);
    }
  }
}
