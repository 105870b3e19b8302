package dev.sluice.tcp.tcb;

/// What the link under a connection carries.
///
/// @param mtu the longest IP packet on the wire, octets
/// @param maxSendBytes the longest IP packet the link takes from us, `mtu` or more (TSO)
public record Path(int mtu, int maxSendBytes) {}
