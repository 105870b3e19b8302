/// The rules of the house as tests, and the sum of all tests.
module dev.sluice.house {
  requires static org.jspecify;
  requires java.xml;
}
