package dev.sluice.tcp.tcb;

/// What a connection knows of congestion marks at one moment. Packets and octets since
/// it began; the octets only where the peer sends the AccECN option (RFC 9768 §3.2.3).
///
/// @param mode what both ends agreed on
/// @param deliveredMarked packets of ours that the peer saw a mark on
/// @param deliveredMarkedOctets octets of text in them
/// @param deliveredEct0Octets octets of ours that arrived unmarked, as ECT(0)
/// @param deliveredEct1Octets octets of ours that arrived unmarked, as ECT(1)
/// @param receivedMarked packets of the peer's that arrived with a mark
public record EcnInfo(
    EcnMode mode,
    long deliveredMarked,
    long deliveredMarkedOctets,
    long deliveredEct0Octets,
    long deliveredEct1Octets,
    long receivedMarked) {}
