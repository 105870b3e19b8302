/// Alarms as lines of JSON in files that rotate, and as words for people.
@NullMarked
package dev.sluice.guard.log;

import org.jspecify.annotations.NullMarked;
