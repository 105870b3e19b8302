package dev.sluice.packetdrill.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A system call with its expected outcome.
///
/// @param name such as `connect`
/// @param arguments in order
/// @param result what it is to return; [Value.Anything] for whatever
/// @param errno the symbol behind a failure, or null
/// @param blocking whether an end time is given
/// @param endNanos when it is to return, counted as its step's time is
/// @param at where the call's name stands
public record SystemCall(
    String name,
    List<Value> arguments,
    Value result,
    @Nullable String errno,
    boolean blocking,
    long endNanos,
    Position at) {}
