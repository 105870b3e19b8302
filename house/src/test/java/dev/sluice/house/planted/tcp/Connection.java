package dev.sluice.house.planted.tcp;

/// What the rooms must not know.
public final class Connection {}
