/// What packets travel on: the in-memory pipe, and links that wrap links.
module dev.sluice.link {
  requires static org.jspecify;
  requires transitive dev.sluice.wire;

  exports dev.sluice.link;
}
