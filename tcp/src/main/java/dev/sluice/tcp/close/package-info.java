/// How connections end: FIN, RST, TIME-WAIT.
@NullMarked
package dev.sluice.tcp.close;

import org.jspecify.annotations.NullMarked;
