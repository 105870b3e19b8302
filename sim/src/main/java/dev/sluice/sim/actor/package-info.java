/// Applications for simulated hosts: they hear of events and act at given times.
///
/// ```
///   Actor <- Talker    writes a pattern, reads and checks one, slowly or fast,
///         |            and closes in any way
///         <- Echo      sends back what comes
///         <- Exchange  a request, then its response, many times over
/// ```
///
/// [dev.sluice.sim.actor.Actors] has the usual ones ready.
@NullMarked
package dev.sluice.sim.actor;

import org.jspecify.annotations.NullMarked;
