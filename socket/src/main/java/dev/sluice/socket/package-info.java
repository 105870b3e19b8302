/// The JDK's own socket types, served by a stack.
@NullMarked
package dev.sluice.socket;

import org.jspecify.annotations.NullMarked;
