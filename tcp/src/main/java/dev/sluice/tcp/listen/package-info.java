/// Before a connection exists: listeners and half-open peers.
@NullMarked
package dev.sluice.tcp.listen;

import org.jspecify.annotations.NullMarked;
