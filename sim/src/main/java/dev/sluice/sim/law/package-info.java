/// Laws: what holds for all cases, tried on many, with a small failing case at the end.
///
/// ```
///   Seed --> Choices --> generator --> case --> property
///               ^                                  | fails
///               +---- fewer and smaller choices <--+
/// ```
///
/// A generator is any function from [dev.sluice.sim.law.Choices]. What shrinks is the
/// list of choices, never the case itself, so that every generator shrinks without
/// a word about shrinking in it: a choice of 0 is to be the simplest.
@NullMarked
package dev.sluice.sim.law;

import org.jspecify.annotations.NullMarked;
