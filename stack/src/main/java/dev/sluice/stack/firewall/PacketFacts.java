package dev.sluice.stack.firewall;

import dev.sluice.wire.IpAddress;

/// What the firewall knows of a packet: what rules can ask, and after the judgement, why
/// it did not pass. One object is reused for many packets: copy what is to be kept.
public final class PacketFacts {
  public Direction direction = Direction.IN;
  public Protocol protocol = Protocol.OTHER;
  public FlowState state = FlowState.NEW;
  public long sourceHigh;
  public long sourceLow;
  public long destinationHigh;
  public long destinationLow;
  /// 0 where the protocol has no ports.
  public int sourcePort;
  /// 0 where the protocol has no ports.
  public int destinationPort;
  /// Octets of the whole IP packet; 0 for a connection that is yet to send one.
  public int octets;

  // ---- after the judgement
  /// Why it did not pass.
  public Cause cause = Cause.NONE;
  /// The line in the file of the rule that spoke of it, 0 if none did.
  public int ruleLine;

  /// Where it comes from, as an object of its own.
  public IpAddress source() {
    return new IpAddress(sourceHigh, sourceLow);
  }

  /// Where it goes to, as an object of its own.
  public IpAddress destination() {
    return new IpAddress(destinationHigh, destinationLow);
  }

  @Override
  public String toString() {
    return direction.word() + " " + protocol.word() + " " + state.word() + " " + source() + " port "
        + sourcePort + " > " + destination() + " port " + destinationPort + ": " + cause.text()
        + (ruleLine == 0 ? "" : " (line " + ruleLine + ")");
  }
}
