/// A house in which each rule is broken on purpose, so that the rules can show that they
/// find it. Nothing here runs.
@NullMarked
package dev.sluice.house.planted;

import org.jspecify.annotations.NullMarked;
