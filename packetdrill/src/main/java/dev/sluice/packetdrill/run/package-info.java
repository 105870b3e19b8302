/// One run of one script: a virtual clock, one host, sockets, packets compared.
@NullMarked
package dev.sluice.packetdrill.run;

import org.jspecify.annotations.NullMarked;
