/// What a running stack looks like from outside, and how it is shown.
///
/// ```
///   HostSnapshot  asks a stack, on its loop thread
///        |
///     HostView    plain values; to JSON and back
///        |
///   NetstatTable  columns as people know them
/// ```
@NullMarked
package dev.sluice.cli.view;

import org.jspecify.annotations.NullMarked;
