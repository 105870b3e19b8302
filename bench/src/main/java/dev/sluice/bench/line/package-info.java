/// Hosts at both ends of a bottleneck, in virtual time.
///
/// ```
///   Flow -- Host ==== queue | bottleneck | loss, reordering ====> Host -- Flow
///            <============== acknowledgments, delayed only =======
/// ```
@NullMarked
package dev.sluice.bench.line;

import org.jspecify.annotations.NullMarked;
