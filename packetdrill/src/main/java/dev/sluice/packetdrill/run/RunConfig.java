package dev.sluice.packetdrill.run;

import dev.sluice.stack.HostConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How scripts are to be run.
public final class RunConfig {
  /// Which fork of the language.
  public Dialect dialect = Dialect.AUTO;
  /// Settings of another system to try, or null for our own only.
  public @Nullable Profile profile;
  /// Whether to judge what the original tool does not: segments nobody expected,
  /// timestamp echoes, time to the microsecond.
  public boolean strict;
  /// Symbols and what stands for them; they go before those of the script.
  public final Map<String, String> defines = new HashMap<>();
  /// `ipv4`, `ipv6` or `ipv4-mapped-ipv6` instead of what the script says, or null.
  public @Nullable String ipVersion;
  /// The link's MTU instead of what the script says, in octets, or 0.
  public int mtu;
  /// Changes the host's configuration before a script starts.
  public Consumer<HostConfig> host = config -> {};
  /// Where the host's secrets come from.
  public long seed = 1;
}
