/// What every textbook shows of TCP, each as a run of the real engine.
@NullMarked
package dev.sluice.lab.textbook;

import org.jspecify.annotations.NullMarked;
