/// Who notices. Told of SYNs, handshakes, refusals and resets and of the time; tells of
/// alarms. No I/O, no clock, no thread; memory is bounded by constants.
///
/// ```
///   HostObserver --> Guard -+-> SynFloods   per listener: SYNs less handshakes
///                           +-> Scans       per source: distinct targets
///                           +-> Resets      per connection, per source
///                           +-> Burst       refused, filtered: all of it
///                               |
///                           AlarmDesk: numbers, how many of a kind, what is going on
///                               |
///                           Consumer<Alarm>
/// ```
///
/// Red zone: everything that is called for a packet, unless an alarm begins with it or
/// a listener or source is new in a table.
@NullMarked
package dev.sluice.guard.detect;

import org.jspecify.annotations.NullMarked;
