/// How much may be in flight: congestion control, one class per algorithm.
@NullMarked
package dev.sluice.tcp.congestion;

import org.jspecify.annotations.NullMarked;
