/// Tests of this room.
@NullMarked
package dev.sluice.packetdrill.code;

import org.jspecify.annotations.NullMarked;
