package dev.sluice.stack;

import dev.sluice.wire.IpAddress;
import java.net.BindException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who holds which local port, and who may have it as well. The rules are Linux's:
///
/// | the port is held by | `bind` gets it |
/// |---|---|
/// | a listener | if both said SO_REUSEPORT |
/// | a bound socket or a connection | if both said SO_REUSEADDR, or both SO_REUSEPORT |
/// | a TIME-WAIT | if the newcomer says SO_REUSEADDR, or both said SO_REUSEPORT |
///
/// Only holders of an overlapping address count: the same one, `0.0.0.0` and any of
/// IPv4, `::` and any at all.
final class PortTable {
  /// All that hold one address and port alike. Connections of a server share one.
  static final class Hold {
    final IpAddress address;
    final int port;
    final Reuse reuse;
    int bindings;
    int listeners;
    int connections;
    int timeWaits;
    /// The next one of the same port.
    private @Nullable Hold next;

    private Hold(IpAddress address, int port, Reuse reuse) {
      this.address = address;
      this.port = port;
      this.reuse = reuse;
    }

    boolean isFree() {
      return bindings + listeners + connections + timeWaits == 0;
    }
  }

  private static final String IN_USE = "Address already in use";

  private final Map<Integer, Hold> firstOfPort = new HashMap<>();
  private final Map<Binding, Hold> bindings = new HashMap<>();
  private final EphemeralPorts ephemeralPorts;
  private long lastSerial;

  PortTable(EphemeralPorts ephemeralPorts) {
    this.ephemeralPorts = ephemeralPorts;
  }

  /// Takes a port for a socket.
  ///
  /// @param port 1 to 65,535, or 0 for a free one of the ephemeral range: one that
  ///     nobody holds in any way, even if all said SO_REUSEADDR
  Binding bind(IpAddress address, int port, Reuse reuse) throws BindException {
    int taken = port;
    if (port == 0) {
      taken = ephemeralPorts.choose(candidate -> isUntouched(address, candidate));
    }
    if (taken == 0 || (port != 0 && !mayBind(address, port, reuse))) {
      throw new BindException(IN_USE);
    }
    Binding binding = new Binding(address, taken, reuse, ++lastSerial);
    Hold hold = holdOf(address, taken, reuse);
    hold.bindings++;
    bindings.put(binding, hold);
    return binding;
  }

  private boolean isUntouched(IpAddress address, int port) {
    for (Hold h = firstOfPort.get(port); h != null; h = h.next) {
      if (overlap(h.address, address)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayBind(IpAddress address, int port, Reuse reuse) {
    for (Hold h = firstOfPort.get(port); h != null; h = h.next) {
      boolean shares = reuse.port() && h.reuse.port();
      boolean shared = shares || (reuse.address() && h.reuse.address());
      boolean refused = (h.listeners > 0 && !shares)
          || (h.bindings + h.connections > 0 && !shared)
          || (h.timeWaits > 0 && !reuse.address() && !shares);
      if (refused && overlap(h.address, address)) {
        return false;
      }
    }
    return true;
  }

  /// Gives a bound port back. Again: no effect.
  void release(Binding binding) {
    Hold hold = bindings.remove(binding);
    if (hold != null) {
      hold.bindings--;
      dropIfFree(hold);
    }
  }

  EphemeralPorts ephemeral() {
    return ephemeralPorts;
  }

  boolean isBound(Binding binding) {
    return bindings.containsKey(binding);
  }

  /// Enters a listener at a bound port.
  ///
  /// @throws BindException if somebody listens at an overlapping address
  void listen(Binding binding) throws BindException {
    Hold hold = bindings.get(binding);
    if (hold == null) {
      throw new BindException("Cannot assign requested address");
    }
    for (Hold h = firstOfPort.get(binding.port()); h != null; h = h.next) {
      boolean shared = binding.reuse().port() && h.reuse.port();
      if (h.listeners > 0 && !shared && overlap(h.address, binding.address())) {
        throw new BindException(IN_USE);
      }
    }
    hold.listeners++;
  }

  void unlisten(Binding binding) {
    Hold hold = holdOf(binding.address(), binding.port(), binding.reuse());
    hold.listeners--;
    dropIfFree(hold);
  }

  /// Enters a connection.
  Hold connect(IpAddress local, int port, Reuse reuse) {
    Hold hold = holdOf(local, port, reuse);
    hold.connections++;
    return hold;
  }

  /// The connection is no more, or only its TIME-WAIT is.
  void disconnect(Hold hold, boolean toTimeWait) {
    hold.connections--;
    hold.timeWaits += toTimeWait ? 1 : 0;
    dropIfFree(hold);
  }

  void timeWaitOver(Hold hold) {
    hold.timeWaits--;
    dropIfFree(hold);
  }

  /// Whether a connection may pick this port by itself: nobody is bound or listens
  /// there. Other connections may use it too, as long as the four-tuples differ.
  boolean mayPick(IpAddress local, int port) {
    for (Hold h = firstOfPort.get(port); h != null; h = h.next) {
      if (h.bindings + h.listeners > 0 && overlap(h.address, local)) {
        return false;
      }
    }
    return true;
  }

  private Hold holdOf(IpAddress address, int port, Reuse reuse) {
    Hold first = firstOfPort.get(port);
    for (Hold h = first; h != null; h = h.next) {
      if (h.reuse.equals(reuse) && h.address.equals(address)) {
        return h;
      }
    }
    Hold hold = new Hold(address, port, reuse);
    hold.next = first;
    firstOfPort.put(port, hold);
    return hold;
  }

  private void dropIfFree(Hold hold) {
    assert hold.bindings >= 0 && hold.listeners >= 0 : "bindings and listeners balance";
    assert hold.connections >= 0 && hold.timeWaits >= 0 : "flows balance";
    if (!hold.isFree()) {
      return;
    }
    Hold first = firstOfPort.get(hold.port);
    if (first == hold) {
      if (hold.next == null) {
        firstOfPort.remove(hold.port);
      } else {
        firstOfPort.put(hold.port, hold.next);
      }
      return;
    }
    for (Hold h = first; h != null; h = h.next) {
      if (h.next == hold) {
        h.next = hold.next;
        return;
      }
    }
  }

  /// Ports that somebody holds.
  int heldPorts() {
    return firstOfPort.size();
  }

  private static boolean overlap(IpAddress a, IpAddress b) {
    return a.equals(b) || covers(a, b) || covers(b, a);
  }

  private static boolean covers(IpAddress any, IpAddress address) {
    return any.equals(IpAddress.ANY_V6) || (any.equals(IpAddress.ANY_V4) && address.isV4());
  }
}
