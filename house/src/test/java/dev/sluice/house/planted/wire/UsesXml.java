package dev.sluice.house.planted.wire;

import javax.xml.parsers.DocumentBuilderFactory;

/// More than `java.base`.
public final class UsesXml {
  public DocumentBuilderFactory factory() {
    return DocumentBuilderFactory.newInstance();
  }
}
