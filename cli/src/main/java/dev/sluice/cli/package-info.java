/// The `sluice` command, one class per sub-command.
///
/// ```
///   serve      runs the stacks: run/ builds them, service/ answers, front/ lets the
///              kernel's clients in, watch/ prints, control/ lets the others ask
///   netstat    what the running stack knows          \
///   close, set act on one of its connections          > a line of JSON each, over a
///   connect    a connection of the running stack     /  Unix domain socket (control/)
///   connect --tun ...      the same from a stack of its own
/// ```
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
