/// What `serve` prints while it runs; the loop thread never waits for the terminal.
@NullMarked
package dev.sluice.cli.watch;

import org.jspecify.annotations.NullMarked;
