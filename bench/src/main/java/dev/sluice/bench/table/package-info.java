/// Tables in virtual time: throughput beside the models, and fairness.
@NullMarked
package dev.sluice.bench.table;

import org.jspecify.annotations.NullMarked;
