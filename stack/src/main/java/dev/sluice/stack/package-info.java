/// One host: the loop, its tables and its protocols below TCP.
@NullMarked
package dev.sluice.stack;

import org.jspecify.annotations.NullMarked;
