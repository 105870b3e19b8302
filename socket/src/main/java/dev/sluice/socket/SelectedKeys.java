package dev.sluice.socket;

import java.nio.channels.SelectionKey;
import java.util.AbstractSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/// The keys that a selector has selected: its user may take keys out and only the
/// selector puts keys in.
final class SelectedKeys extends AbstractSet<SelectionKey> {
  private final Set<SelectionKey> keys = new HashSet<>();

  /// The selector puts a key in.
  ///
  /// @return whether it was not there
  boolean enter(SelectionKey key) {
    return keys.add(key);
  }

  @Override
  public int size() {
    return keys.size();
  }

  @Override
  public boolean contains(Object key) {
    return keys.contains(key);
  }

  @Override
  public Iterator<SelectionKey> iterator() {
    return keys.iterator();
  }

  @Override
  public boolean remove(Object key) {
    return keys.remove(key);
  }

  @Override
  public void clear() {
    keys.clear();
  }
}
