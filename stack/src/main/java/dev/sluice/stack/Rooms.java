package dev.sluice.stack;

/// The rooms of a host that other rooms are built on.
///
/// @param addresses which addresses are ours
/// @param flows connections, TIME-WAITs and listeners
/// @param outbox which of them want attention
/// @param replies packets of no flow, and those from the host to itself
/// @param observers who watches
/// @param gate what may pass, and what may be answered
/// @param tally what is counted
/// @param memory what the buffers hold
record Rooms(
    AddressTable addresses,
    FlowTable flows,
    Outbox outbox,
    Replies replies,
    Observers observers,
    Gate gate,
    Tally tally,
    MemoryKeeper memory) {

  static Rooms of(HostConfig config) {
    Tally tally = new Tally();
    AddressTable addresses = new AddressTable(config.addresses);
    TupleHash tableHash = new TupleHash(config.random.nextLong(), config.random.nextLong());
    TupleHash portHash = new TupleHash(config.random.nextLong(), config.random.nextLong());
    Observers observers = new Observers(tally.host());
    PortTable ports = new PortTable(new EphemeralPorts(portHash, config.random));
    FlowTable flows =
        new FlowTable(new Demux<>(tableHash), new ListenerTable(tableHash), ports, config);
    Outbox outbox = new Outbox();
    return new Rooms(
        addresses,
        flows,
        outbox,
        new Replies(addresses, config.link, tally.host()),
        observers,
        new Gate(config, tableHash, observers, tally),
        tally,
        new MemoryKeeper(flows, outbox, tally, config));
  }
}
