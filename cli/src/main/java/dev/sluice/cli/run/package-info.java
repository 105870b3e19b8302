/// Puts links, stacks, services, front doors and the control socket together, and takes
/// them apart in order.
@NullMarked
package dev.sluice.cli.run;

import org.jspecify.annotations.NullMarked;
