package dev.sluice.sim.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that runs once for each of many seeds; it takes a [dev.sluice.sim.law.Seed].
///
/// `-Dsluice.seeds=N` runs N seeds instead, `-Dsluice.seed=K` only seed K; a failing
/// test says so.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeedsExtension.class)
public @interface Seeds {
  /// How many seeds, from 0 on.
  int value() default 100;
}
