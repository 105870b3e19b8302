package dev.sluice.tcp.listen;

import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;

/// A peer's SYN made a half-open entry, or one ended without becoming a connection.
///
/// @param tuple both sockets
/// @param from the state before
/// @param to the state after
/// @param cause a few words for people, such as `rcv SYN, snd SYN,ACK`
public record HalfOpenTransition(FourTuple tuple, State from, State to, String cause) {}
