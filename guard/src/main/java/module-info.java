/// Floods, scans and other trouble: who notices, what is written down, which packets are
/// kept.
module dev.sluice.guard {
  requires static org.jspecify;
  requires transitive dev.sluice.stack;
  requires io.avaje.json;

  exports dev.sluice.guard;
  exports dev.sluice.guard.alarm;
  exports dev.sluice.guard.capture;
  exports dev.sluice.guard.detect;
  exports dev.sluice.guard.log;
}
