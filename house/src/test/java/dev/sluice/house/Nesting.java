package dev.sluice.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePathScanner;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Measures how deep statements stand in each other.
final class Nesting extends TreePathScanner<@Nullable Void, List<String>> {
  /// A condition in a loop in a condition.
  static final int DEEPEST = 3;

  private final Source source;
  private int depth;

  Nesting(Source source) {
    this.source = source;
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
