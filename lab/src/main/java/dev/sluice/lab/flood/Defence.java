package dev.sluice.lab.flood;

import dev.sluice.stack.HostConfig;
import dev.sluice.tcp.listen.ListenerLimits;
import java.util.function.Consumer;

/// What stands against a flood.
///
/// @param name in a few words
/// @param limits of the listener
/// @param settings what the host has that is not usual
record Defence(String name, ListenerLimits limits, Consumer<HostConfig> settings) {}
