/// The rules of the house.
///
/// They are tests, so they stand under `src/test`; here is only the program that adds up
/// what all tests said. Each rule is held against two trees of packages: the project,
/// where it must hold, and `planted`, where somebody has broken it on purpose.
///
/// ```
///   Drawing, Purity, Words   classes  ---->  dev.sluice                 must hold
///   SourceRules, limits      sources  ---->  dev.sluice.house.planted   must fail
/// ```
@NullMarked
package dev.sluice.house;

import org.jspecify.annotations.NullMarked;
