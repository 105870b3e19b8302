/// What is told when something happens that a person should know of: plain values.
@NullMarked
package dev.sluice.guard.alarm;

import org.jspecify.annotations.NullMarked;
