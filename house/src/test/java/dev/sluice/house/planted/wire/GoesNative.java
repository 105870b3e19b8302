package dev.sluice.house.planted.wire;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/// Native access outside the one module that may.
@SuppressWarnings("restricted")
public final class GoesNative {
  public Object linker() {
    return Linker.nativeLinker();
  }

  public MemorySegment stretches(MemorySegment bytes) {
    return bytes.reinterpret(1);
  }

  public void loads() {
    System.loadLibrary("planted");
  }

  public native void jni();
}
