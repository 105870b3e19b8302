/// java.nio channels and java.net sockets on top of a stack; the doorbell between
/// threads.
module dev.sluice.socket {
  requires static org.jspecify;
  requires transitive dev.sluice.stack;
  requires jdk.net;

  exports dev.sluice.socket;
}
