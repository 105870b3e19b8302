package dev.sluice.lab.plan;

/// An order that cannot be carried out: the message says what was expected.
public final class OrderException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param message one line for people
  public OrderException(String message) {
    super(message);
  }
}
