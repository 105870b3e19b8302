package dev.sluice.house.planted.wire;

/// A name that says nothing.
public class BaseHeader {}
