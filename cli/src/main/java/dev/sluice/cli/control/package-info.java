/// How one process of `sluice` asks another: a Unix domain socket per running stack, a
/// line of JSON for the question, a line of JSON for the answer.
@NullMarked
package dev.sluice.cli.control;

import org.jspecify.annotations.NullMarked;
