package dev.sluice.link.tun;

/// What a [TunLink] counts.
public enum TunCounter {
  /// Packets read from the device.
  RECEIVED,
  /// Of these, merged ones that stand for several packets.
  RECEIVED_MERGED,
  /// Reads too short to hold an IP header, or with a header of the device that is not
  /// understood; dropped.
  RECEIVED_UNUSABLE,
  /// Packets written to the device.
  SENT,
  /// Of these, segments that the kernel cuts.
  SENT_TO_BE_CUT,
  /// Sends that the kernel had no memory for just then; the caller kept the packet.
  SEND_BLOCKED,
  /// Packets lost because the kernel's side of the device is down.
  LOST_DEVICE_DOWN,
  /// Packets that the kernel refused as malformed; lost.
  LOST_REFUSED
}
