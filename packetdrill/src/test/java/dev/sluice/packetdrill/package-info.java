/// Tests of the script language, the runner and, by scripts, of the engine.
@NullMarked
package dev.sluice.packetdrill;

import org.jspecify.annotations.NullMarked;
