/// Two ends and the segments between them, recorded from a world and drawn from top to
/// bottom.
@NullMarked
package dev.sluice.lab.ladder;

import org.jspecify.annotations.NullMarked;
