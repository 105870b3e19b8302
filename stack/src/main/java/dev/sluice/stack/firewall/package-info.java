/// The firewall: which packets pass, by rules in order, and how much any one source may
/// ask for. Pure: it is told packets and the time, and answers.
///
/// ```
///   text --FirewallParser--> Firewall (rules, never changed)
///                               |
///   PacketFacts --> Gatekeeper -+-> Verdict      hits per rule
///                       |
///                 SourceTable, PendingHandshakes  what sources have asked for, bounded
///
///   ReplyLimits --> SourceTable                  what we may answer each prefix with
/// ```
///
/// Red zone, 0 octets allocated per packet: [Gatekeeper] and [ReplyLimits].
@NullMarked
package dev.sluice.stack.firewall;

import org.jspecify.annotations.NullMarked;
