/// Deterministic simulation: virtual time, a seeded network, invariants after every
/// packet, laws with shrinking, and a JUnit extension that runs a test for many seeds.
module dev.sluice.sim {
  requires static org.jspecify;
  requires static org.junit.jupiter.api;
  requires transitive dev.sluice.stack;

  exports dev.sluice.sim;
  exports dev.sluice.sim.actor;
  exports dev.sluice.sim.check;
  exports dev.sluice.sim.junit;
  exports dev.sluice.sim.law;
  exports dev.sluice.sim.packet;
}
