/// What was sent and is not acknowledged: round-trip times, the timer, what is lost.
@NullMarked
package dev.sluice.tcp.recovery;

import org.jspecify.annotations.NullMarked;
