package dev.sluice.fuzz;

/// A bug behind three comparisons, which chance alone finds in one of 16 million inputs.
final class PlantedTarget {
  private PlantedTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    Feed feed = new Feed(octets);
    if (feed.u8() == 'S' && feed.u8() == 'Y' && feed.u8() == 'N') {
      throw new AssertionError("planted");
    }
  }
}
