package dev.sluice.house;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Gives old class files of a jar the format of this JDK. The JVM's start-up cache takes
/// no classes of Java 5, because those are verified in the old way, and a command line
/// library in that format is half of what a command loads.
///
/// `./sluice` runs this file as a program of its own, so it knows the JDK only.
public final class NewerClassFiles {
  /// Java 6: the first format with stack maps (JVMS §4.7.4).
  private static final int FIRST_WITH_STACK_MAPS = 50;

  private NewerClassFiles() {}

  /// Copies a jar, with newer class files in it.
  ///
  /// @param args the jar, and where its copy goes
  public static void main(String[] args) throws IOException {
    copy(Path.of(args[0]), Path.of(args[1]));
  }

  /// Copies a jar; every old class in it does the same as before, in this JDK's format.
  ///
  /// @throws IOException if the jar cannot be read or the copy not be written
  /// @throws IllegalArgumentException if a class in it is no class file
  public static void copy(Path from, Path to) throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {from.toUri().toURL()});
        ZipFile jar = new ZipFile(from.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
      ClassFile classFile = ClassFile.of(
          StackMapsOption.GENERATE_STACK_MAPS,
          ClassFile.ClassHierarchyResolverOption.of(
              ClassHierarchyResolver.ofResourceParsing(loader)));
      Enumeration<? extends ZipEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        byte[] content = jar.getInputStream(entry).readAllBytes();
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(entry.getName().endsWith(".class") ? newer(classFile, content) : content);
        out.closeEntry();
      }
    }
  }

  private static byte[] newer(ClassFile classFile, byte[] content) {
    ClassModel model = classFile.parse(content);
    if (model.majorVersion() >= FIRST_WITH_STACK_MAPS) {
      return content;
    }
    // taking the code apart and putting it together again is what makes the stack maps
    ClassTransform sameCode =
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
    ClassTransform newVersion = ClassTransform.endHandler(
        builder -> builder.withVersion(ClassFile.latestMajorVersion(), 0));
    return classFile.transformClass(model, sameCode.andThen(newVersion));
  }
}
