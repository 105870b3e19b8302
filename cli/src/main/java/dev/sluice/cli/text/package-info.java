/// What people type and read: durations, sizes, shares, columns. No clock, no I/O.
@NullMarked
package dev.sluice.cli.text;

import org.jspecify.annotations.NullMarked;
