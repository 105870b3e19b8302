package dev.sluice.guard.alarm;

/// Somebody's part in what happens.
///
/// @param name who: a prefix such as `203.0.113.0/24`, or a port
/// @param count how many packets at least
/// @param permille of all packets that were counted, 0 to 1,000
public record Share(String name, long count, int permille) {}
