package dev.sluice.house.planted.wire;

/// State that all stacks of a process would share.
public final class SharesState {
  public static int count;

  private SharesState() {}
}
