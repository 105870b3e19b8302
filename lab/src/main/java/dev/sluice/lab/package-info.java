/// The catalogue of experiments.
///
/// ```
///   Laboratory      which experiments there are
///       |
///   textbook  twoway  flood     what they do, on hosts of dev.sluice.sim
///       |
///   ladder          two ends and what passes between them, as textbooks draw it
///       |
///   plan            an experiment, its settings, an order for one run
///       |
///   page            what a run yields: prose, tables, diagrams; as text and as JSON
/// ```
@NullMarked
package dev.sluice.lab;

import org.jspecify.annotations.NullMarked;
