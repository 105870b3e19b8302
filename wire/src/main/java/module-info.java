/// Bytes to meaning and back: IP, TCP, UDP, ICMP headers and options, checksums,
/// sequence numbers.
///
/// No state, no clock, no sockets.
module dev.sluice.wire {
  requires static org.jspecify;

  exports dev.sluice.wire;
}
