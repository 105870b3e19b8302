/// What all rooms of the engine share: states, settings, events, the byte rings.
@NullMarked
package dev.sluice.tcp.tcb;

import org.jspecify.annotations.NullMarked;
