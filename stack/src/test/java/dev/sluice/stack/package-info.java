/// Tests of the host, its tables and its loop.
@NullMarked
package dev.sluice.stack;

import org.jspecify.annotations.NullMarked;
