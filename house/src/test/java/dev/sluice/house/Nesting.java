package dev.sluice.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Conditions, loops, switches and tries stand three deep at most; `else if` is one.
final class Nesting extends TreePathScanner<@Nullable Void, List<String>> {
  private static final int DEEPEST = 3;

  private final Source source;
  private int depth;

  private Nesting(Source source) {
    this.source = source;
  }

  /// What stands too deep, as `path: why`.
  static List<String> check(List<Source> sources) {
    List<String> wrong = new ArrayList<>();
    Map<URI, Source> byUri = new LinkedHashMap<>();
    sources.forEach(source -> byUri.put(uri(source), source));
    JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, null, List.of("-proc:none"), null, files(byUri));
    try {
      for (CompilationUnitTree tree : task.parse()) {
        Source source = Objects.requireNonNull(byUri.get(tree.getSourceFile().toUri()));
        new Nesting(source).scan(tree, wrong);
      }
    } catch (IOException e) {
      throw new AssertionError("reading from memory fails", e);
    }
    return wrong;
  }

  private static URI uri(Source source) {
    return URI.create("string:///" + source.path());
  }

  private static List<SimpleJavaFileObject> files(Map<URI, Source> sources) {
    List<SimpleJavaFileObject> files = new ArrayList<>();
    sources.forEach(
        (uri, source) -> files.add(new SimpleJavaFileObject(uri, SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source.text();
          }
        }));
    return files;
  }

  private @Nullable Void deeper(Tree tree, List<String> wrong, Supplier<@Nullable Void> inside) {
    depth++;
    if (depth == DEEPEST + 1) {
      String line = tree.toString().strip().lines().findFirst().orElse("");
      wrong.add(source.path() + ": stands " + depth + " deep: " + line);
    }
    inside.get();
    depth--;
    return null;
  }

  /// A body of its own starts from nothing.
  private @Nullable Void afresh(Supplier<@Nullable Void> inside) {
    int outer = depth;
    depth = 0;
    inside.get();
    depth = outer;
    return null;
  }

  @Override
  public @Nullable Void visitIf(IfTree tree, List<String> wrong) {
    Tree parent = getCurrentPath().getParentPath().getLeaf();
    boolean isElseIf = parent instanceof IfTree outer && outer.getElseStatement() == tree;
    return isElseIf
        ? super.visitIf(tree, wrong)
        : deeper(tree, wrong, () -> super.visitIf(tree, wrong));
  }

  @Override
  public @Nullable Void visitForLoop(ForLoopTree tree, List<String> wrong) {
    return deeper(tree, wrong, () -> super.visitForLoop(tree, wrong));
  }

  @Override
  public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, List<String> wrong) {
    return deeper(tree, wrong, () -> super.visitEnhancedForLoop(tree, wrong));
  }

  @Override
  public @Nullable Void visitWhileLoop(WhileLoopTree tree, List<String> wrong) {
    return deeper(tree, wrong, () -> super.visitWhileLoop(tree, wrong));
  }

  @Override
  public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, List<String> wrong) {
    return deeper(tree, wrong, () -> super.visitDoWhileLoop(tree, wrong));
  }

  @Override
  public @Nullable Void visitSwitch(SwitchTree tree, List<String> wrong) {
    return deeper(tree, wrong, () -> super.visitSwitch(tree, wrong));
  }

  @Override
  public @Nullable Void visitTry(TryTree tree, List<String> wrong) {
    return deeper(tree, wrong, () -> super.visitTry(tree, wrong));
  }

  @Override
  public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, List<String> wrong) {
    return afresh(() -> super.visitLambdaExpression(tree, wrong));
  }

  @Override
  public @Nullable Void visitClass(ClassTree tree, List<String> wrong) {
    return afresh(() -> super.visitClass(tree, wrong));
  }
}
