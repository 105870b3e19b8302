package dev.sluice.house.planted.wire.util;

/// A package whose name says nothing.
public final class Anything {}
