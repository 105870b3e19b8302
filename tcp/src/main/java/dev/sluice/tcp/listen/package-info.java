/// Before a connection exists: half-open peers and the queue to the user.
@NullMarked
package dev.sluice.tcp.listen;

import org.jspecify.annotations.NullMarked;
