/// The expressions of `%{ ... }%`: a small part of Python, evaluated over named numbers.
@NullMarked
package dev.sluice.packetdrill.code;

import org.jspecify.annotations.NullMarked;
