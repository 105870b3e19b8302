/// Front doors: kernel connections carried across the wire by Sluice's own.
///
/// ```
///   curl --kernel--> FrontDoor --Splice--> Sluice connection --wire--> service
/// ```
///
/// Each side answers as the other does: refused, half-closed, closed, reset.
@NullMarked
package dev.sluice.cli.front;

import org.jspecify.annotations.NullMarked;
