/// JUnit: a test that runs once for each of many seeds.
///
/// ```
///   @Seeds(200) void dataArrives(Seed seed)   ->   200 tests, each replayable alone
/// ```
@NullMarked
package dev.sluice.sim.junit;

import org.jspecify.annotations.NullMarked;
