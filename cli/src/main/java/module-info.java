/// The `sluice` command: serve, netstat, log, connect, close, set, firewall, ports,
/// packetdrill, lab.
module dev.sluice.cli {
  requires static org.jspecify;
  requires dev.sluice.lab;
  requires dev.sluice.guard;
  requires dev.sluice.link;
  requires dev.sluice.link.tun;
  requires dev.sluice.packetdrill;
  requires dev.sluice.socket;
  requires dev.sluice.stack;
  requires dev.sluice.tcp;
  requires dev.sluice.wire;
  requires info.picocli;
  requires io.avaje.json;
  requires org.apache.httpcomponents.core5.httpcore5;

  opens dev.sluice.cli to
      info.picocli;
}
