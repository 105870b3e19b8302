/// One host with a million connections: what they take, and what a segment costs among
/// them.
@NullMarked
package dev.sluice.bench.million;

import org.jspecify.annotations.NullMarked;
