/// Explicit congestion notification: what a SYN asks for, what arrives marked and how the
/// peer is told, and what the peer tells of our own packets.
///
/// ```
///   EcnNegotiation   the flags of the SYNs, as a table
///   Ecn              what a connection asks: which flags, which codepoint, congested?
///    |- ClassicEcn     RFC 3168: ECE until CWR
///    |- MarkCounters   RFC 9768: what arrived, counted for the peer
///    |- MarkFeedback   RFC 9768: what the peer has counted
///   SynEcn           what a half-open peer asked for
/// ```
@NullMarked
package dev.sluice.tcp.ecn;

import org.jspecify.annotations.NullMarked;
