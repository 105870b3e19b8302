/// What packets travel on.
///
/// ```
///   Link <- Pipe           two ends in one process
///        <- ImpairedLink   wraps a link: delay, loss, reordering, duplication, by seed
///        <- CapturedLink   wraps a link: writes what passes to a pcapng file
///        <- TunLink        the Linux kernel (module link-tun)
/// ```
@NullMarked
package dev.sluice.link;

import org.jspecify.annotations.NullMarked;
