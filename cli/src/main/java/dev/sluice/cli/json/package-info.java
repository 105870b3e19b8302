/// JSON, as lines on the control socket and as `netstat --json`.
@NullMarked
package dev.sluice.cli.json;

import org.jspecify.annotations.NullMarked;
