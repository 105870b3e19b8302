/// Tests of the firewall: its language, its rules, its limits.
@NullMarked
package dev.sluice.stack.firewall;

import org.jspecify.annotations.NullMarked;
