/// The commands that make the tables.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
