/// Tests of this room.
@NullMarked
package dev.sluice.packetdrill.language;

import org.jspecify.annotations.NullMarked;
