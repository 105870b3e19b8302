/// How connections begin.
@NullMarked
package dev.sluice.tcp.handshake;

import org.jspecify.annotations.NullMarked;
