package dev.sluice.house.planted.tcp.recovery;

/// A room with a field that is lost while the connection sleeps.
public final class ForgetsInSleep {
  private final int fixed = 1;
  private int kept;
  private int forgotten;

  public void keep(Object archive) {
    kept = archive.hashCode();
  }

  public int sum() {
    forgotten++;
    return fixed + kept + forgotten;
  }
}
