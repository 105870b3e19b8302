/// Whole networks in virtual time, from one seed.
///
/// ```
///            actors (package actor)          at(time, action)
///               |    ^ events                      |
///               v    |                             v
///   +--------- SimHost ---------+        +------ World ------+
///   |  dev.sluice.stack.Host    |<------>| clock, next event |
///   +---------------------------+ packets+---------+---------+
///                                                  |  every packet, every event
///               Network  <-------------------------+------> Invariants, Trace
///      delay, loss, reordering, cuts
/// ```
///
/// Nothing here reads a clock, starts a thread or draws a random number that does not
/// come from the seed: two runs with the same seed are the same, octet by octet.
@NullMarked
package dev.sluice.sim;

import org.jspecify.annotations.NullMarked;
