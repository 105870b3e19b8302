package dev.sluice.house.planted.wire;

/// Talks to the terminal.
public final class Prints {
  public void hello() {
    System.out.println("planted");
  }
}
