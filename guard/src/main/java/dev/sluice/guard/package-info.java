/// The watch over a running host.
@NullMarked
package dev.sluice.guard;

import org.jspecify.annotations.NullMarked;
