/// What goes out: which octets, how many, when, and what an arriving ACK means for that.
@NullMarked
package dev.sluice.tcp.send;

import org.jspecify.annotations.NullMarked;
