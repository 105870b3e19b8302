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
final class Nesting extends TreePathScanner<@Nullable Void, @Nullable Void> {
  private static final int DEEPEST = 3;

  private final Source source;
  private final List<String> wrong;
  private int depth;

  Nesting(Source source, List<String> wrong) {
    this.source = source;
    this.wrong = wrong;
  }

  private @Nullable Void deeper(Tree tree, Supplier<@Nullable Void> inside) {
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
  public @Nullable Void visitIf(IfTree tree, @Nullable Void none) {
    Tree parent = getCurrentPath().getParentPath().getLeaf();
    boolean isElseIf = parent instanceof IfTree outer && outer.getElseStatement() == tree;
    return isElseIf ? super.visitIf(tree, none) : deeper(tree, () -> super.visitIf(tree, none));
  }

  @Override
  public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void none) {
    return deeper(tree, () -> super.visitForLoop(tree, none));
  }

  @Override
  public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void none) {
    return deeper(tree, () -> super.visitEnhancedForLoop(tree, none));
  }

  @Override
  public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void none) {
    return deeper(tree, () -> super.visitWhileLoop(tree, none));
  }

  @Override
  public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void none) {
    return deeper(tree, () -> super.visitDoWhileLoop(tree, none));
  }

  @Override
  public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void none) {
    return deeper(tree, () -> super.visitSwitch(tree, none));
  }

  @Override
  public @Nullable Void visitTry(TryTree tree, @Nullable Void none) {
    return deeper(tree, () -> super.visitTry(tree, none));
  }

  @Override
  public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void none) {
    return afresh(() -> super.visitLambdaExpression(tree, none));
  }

  @Override
  public @Nullable Void visitClass(ClassTree tree, @Nullable Void none) {
    return afresh(() -> super.visitClass(tree, none));
  }
}
