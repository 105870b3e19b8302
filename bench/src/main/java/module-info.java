/// How fast Sluice is, and how near that is to what the models say and to what a kernel
/// does: tables, made by commands that anybody can run.
module dev.sluice.bench {
  requires static org.jspecify;
  requires dev.sluice.link.tun;
  requires dev.sluice.sim;
  requires dev.sluice.socket;

  exports dev.sluice.bench.line;
  exports dev.sluice.bench.million;
  exports dev.sluice.bench.peers;
  exports dev.sluice.bench.table;
  exports dev.sluice.bench;
}
