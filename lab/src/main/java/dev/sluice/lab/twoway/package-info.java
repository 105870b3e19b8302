/// A toy: connections that open with two segments, to see why there are three.
@NullMarked
package dev.sluice.lab.twoway;

import org.jspecify.annotations.NullMarked;
