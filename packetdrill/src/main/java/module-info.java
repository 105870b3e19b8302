/// Packetdrill scripts against an in-process host, in virtual time.
module dev.sluice.packetdrill {
  requires static org.jspecify;
  requires transitive dev.sluice.stack;

  exports dev.sluice.packetdrill;
  exports dev.sluice.packetdrill.language;
  exports dev.sluice.packetdrill.run;
  exports dev.sluice.packetdrill.code;
}
