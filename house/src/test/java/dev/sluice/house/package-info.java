/// The rules of the house as tests. Each rule is a value that can be held against any
/// tree of packages, and is held against two: the project, where it must hold, and
/// `planted`, where somebody has broken each of them on purpose.
///
/// ```
///   Drawing, Engine, Purity, Words  ---->  dev.sluice            must hold
///          (rules)                  ---->  dev.sluice.house.planted   must fail
/// ```
@NullMarked
package dev.sluice.house;

import org.jspecify.annotations.NullMarked;
