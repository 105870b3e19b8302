/// What an experiment yields: parts in their order, as text for people and as JSON.
@NullMarked
package dev.sluice.lab.page;

import org.jspecify.annotations.NullMarked;
