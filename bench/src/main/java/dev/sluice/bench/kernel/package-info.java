/// The same bottleneck in real time, between two Linux kernels, two Sluices, or one of
/// each.
///
/// ```
///   a network of its own          this process           a network of its own
///   kernel's TCP -- TUN  ====  queue, loss, delay  ====  TUN -- kernel's TCP
///        or a Host here                                     or a Host here
/// ```
@NullMarked
package dev.sluice.bench.kernel;

import org.jspecify.annotations.NullMarked;
