package dev.sluice.sim.junit;

import dev.sluice.sim.law.Law;
import dev.sluice.sim.law.Seed;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/// Gives a [Seeds] test its seeds, and says how to replay one that failed.
public final class SeedsExtension implements TestTemplateInvocationContextProvider {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(Seeds.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Long only = Long.getLong(Law.REPLAY_PROPERTY);
    if (only != null) {
      return Stream.of(new OneSeed(new Seed(only)));
    }
    Seeds seeds = context.getRequiredTestMethod().getAnnotation(Seeds.class);
    int count = Integer.getInteger(Law.COUNT_PROPERTY, seeds.value());
    return LongStream.range(0, count).mapToObj(value -> new OneSeed(new Seed(value)));
  }

  private record OneSeed(Seed seed)
      implements TestTemplateInvocationContext, ParameterResolver, TestExecutionExceptionHandler {
    @Override
    public String getDisplayName(int invocationIndex) {
      return seed.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Seed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return seed;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      String test = context.getRequiredTestClass().getSimpleName() + "#"
          + context.getRequiredTestMethod().getName();
      failure.addSuppressed(
          new ReplayWith("mvn -q -pl sim -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest="
              + test + " -D" + Law.REPLAY_PROPERTY + "=" + seed.value()));
      throw failure;
    }
  }

  /// Stands under a failure and tells the command that replays it.
  static final class ReplayWith extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplayWith(String command) {
      super(command, null, false, false);
    }
  }
}
