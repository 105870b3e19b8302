package dev.sluice.house.planted.wire;

/// What others point at.
public final class Target {}
