package dev.sluice.tcp.listen;

/// How much a listener keeps for peers whose connection nobody uses yet.
///
/// @param backlog connections that may wait to be accepted; 0 still admits one
/// @param maxHalfOpen connections in SYN-RECEIVED at once
public record ListenerLimits(int backlog, int maxHalfOpen) {}
