/// Links to the Linux kernel by a TUN device. The only module with native access.
module dev.sluice.link.tun {
  requires static org.jspecify;
  requires transitive dev.sluice.link;

  exports dev.sluice.link.tun;
}
