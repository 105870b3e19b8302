package dev.sluice.lab.page;

import java.util.Map;

/// One piece of a page.
public interface Part {
  /// The part as lines of at most about 100 columns, the last one ended as well.
  String text(Glyphs glyphs);

  /// The part as a JSON object: `kind` tells what it is, the rest depends on that. Maps,
  /// lists, strings, numbers, truth values and null only.
  Map<String, Object> json();
}
