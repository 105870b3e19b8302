/// The engine: RFC 9293 and friends, pure and sans-I/O.
///
/// No thread, lock, clock or randomness of its own: the time and the secrets are
/// arguments.
module dev.sluice.tcp {
  requires static org.jspecify;
  requires transitive dev.sluice.wire;

  exports dev.sluice.tcp;
  exports dev.sluice.tcp.tcb;
  exports dev.sluice.tcp.listen;
  exports dev.sluice.tcp.close;
  exports dev.sluice.tcp.handshake;
}
