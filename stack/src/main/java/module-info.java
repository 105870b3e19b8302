/// One loop: packets in, demultiplex, packets out; addresses, ports, ICMP, UDP,
/// counters, netstat.
module dev.sluice.stack {
  requires static org.jspecify;
  requires transitive dev.sluice.link;
  requires transitive dev.sluice.tcp;
  requires transitive dev.sluice.wire;

  exports dev.sluice.stack;
  exports dev.sluice.stack.firewall;
}
