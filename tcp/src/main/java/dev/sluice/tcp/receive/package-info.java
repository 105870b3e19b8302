/// What arrives: whether it is acceptable, where it belongs, when to acknowledge it.
@NullMarked
package dev.sluice.tcp.receive;

import org.jspecify.annotations.NullMarked;
