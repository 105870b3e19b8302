/// The engine's front: the connection, its verbs, and the three event classes of RFC
/// 9293 §3.10.
@NullMarked
package dev.sluice.tcp;

import org.jspecify.annotations.NullMarked;
