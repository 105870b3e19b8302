/// Tables, laws against naive models and seeded fuzz of the codecs.
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
