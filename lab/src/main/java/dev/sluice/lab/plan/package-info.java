/// Experiments, the settings each has, and orders for one run with these settings.
@NullMarked
package dev.sluice.lab.plan;

import org.jspecify.annotations.NullMarked;
