package dev.sluice.house.planted.tcp.congestion;

/// What others point at.
public final class Target {}
