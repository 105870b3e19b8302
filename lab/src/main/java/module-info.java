/// The laboratory: experiments with TCP in virtual time that explain what happens. No
/// packet leaves the process.
module dev.sluice.lab {
  requires static org.jspecify;
  requires transitive dev.sluice.sim;

  exports dev.sluice.lab;
  exports dev.sluice.lab.ladder;
  exports dev.sluice.lab.page;
  exports dev.sluice.lab.plan;
}
