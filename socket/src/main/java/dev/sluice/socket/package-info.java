/// The JDK's own socket types, served by a stack.
///
/// ```
///   application threads                          loop thread (Driver)
///   -------------------                          --------------------
///   SocketChannel.write --> [ send ring ]    --> Connection.pollTransmit --> Link
///          |                                         ^
///          +------> Doorbell: "look at this one" ----+
///                   (a linked stack of bells, each
///                    in it at most once)             |
///   SocketChannel.read  <-- [ receive ring ] <-- Connection.onSegment    <-- Link
///          ^                                         |
///          +-- WaitSlot: "your turn", once a batch --+
///          +-- ReadyQueue of each Selector ----------+
/// ```
///
/// Application threads touch a connection's two byte rings and nothing else of the
/// engine: all other verbs are bits in a bell, carried out on the loop. Locks live here
/// and nowhere else; which lock or thread guards a field is said at the field.
///
/// Reading order: [Stack], [Doorbell], [ConnectionEnd], [SluiceSocketChannel],
/// [Rings], [SluiceSelector].
///
/// Red zone: reading, writing, ringing and waking allocate nothing.
@NullMarked
package dev.sluice.socket;

import org.jspecify.annotations.NullMarked;
