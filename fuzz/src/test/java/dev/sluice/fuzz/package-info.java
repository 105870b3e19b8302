/// Octets that nobody wrote by hand, thrown at everything that reads octets.
///
/// ```
///   octets -> Feed -> a target (one per kind of input) -> Law: must hold after each step
///     ^                   |
///     |                   v which branches were taken
///   Jazzer (mutates what found something new) <- Fuzz (command, seeds, findings)
/// ```
///
/// A target takes an array and throws if a law is broken; the rest is Jazzer's.
/// `./sluice fuzz TARGET --minutes 10` runs one for long, [FuzzTest] all of them for a
/// fixed number of inputs from a fixed seed. What was found once lies in
/// `src/test/resources` under `found`, and is tried again in each test run.
@NullMarked
package dev.sluice.fuzz;

import org.jspecify.annotations.NullMarked;
