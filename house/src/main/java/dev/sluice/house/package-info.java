/// The rules of the house. They are tests, so they stand under `src/test`; here is only
/// the program that adds up what all tests said.
@NullMarked
package dev.sluice.house;

import org.jspecify.annotations.NullMarked;
