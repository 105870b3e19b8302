package dev.sluice.house;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules of style that only the text of a source shows. Each gives what is wrong, as
/// `path:line: why`.
enum SourceRules {
  /// In a documentation comment, `@spec` comes after all else.
  SPEC_IS_LAST {
    @Override
    void check(Source source, List<String> wrong) {
      for (List<String> doc : source.docs()) {
        boolean seen = false;
        for (String tag : doc.stream().filter(line -> line.startsWith("@")).toList()) {
          if (seen && !tag.startsWith("@spec")) {
            wrong.add(source.path() + ": after @spec stands " + tag);
          }
          seen |= tag.startsWith("@spec");
        }
      }
    }
  },

  /// Documentation is Markdown behind `///`.
  DOCS_ARE_MARKDOWN {
    private static final Pattern HTML =
        Pattern.compile("</?(p|code|pre|ul|ol|li|b|i|em|strong|br|h\\d)>|\\{@(code|link|literal)");

    @Override
    void check(Source source, List<String> wrong) {
      for (int at : starts(Pattern.compile("/\\*\\*"), withoutLiterals(source))) {
        wrong.add(source.path() + ":" + source.lineAt(at) + ": an old-style documentation comment");
      }
      for (List<String> doc : source.docs()) {
        for (String line : doc) {
          Matcher tag = HTML.matcher(line.replaceAll("`[^`]*`", ""));
          if (tag.find()) {
            wrong.add(source.path() + ": " + tag.group() + " in: " + line);
          }
        }
      }
    }
  },

  /// The formatter breaks longer ones. A row of a table cannot be shorter than it is.
  DOC_LINES_ARE_SHORT {
    @Override
    void check(Source source, List<String> wrong) {
      String[] lines = source.text().split("\n", -1);
      for (int i = 0; i < lines.length; i++) {
        String line = lines[i].strip();
        if (line.startsWith("///") && !line.startsWith("/// |") && lines[i].length() > 90) {
          wrong.add(source.path() + ":" + (i + 1) + ": a documentation line over 90 columns");
        }
      }
    }
  },

  /// RFCs are cited, and never drafts.
  NO_DRAFTS_CITED {
    @Override
    void check(Source source, List<String> wrong) {
      for (List<String> doc : source.docs()) {
        for (String line : doc) {
          if (line.matches(".*\\bdraft-[a-z]+-.*")) {
            wrong.add(source.path() + ": cites a draft: " + line);
          }
        }
      }
    }
  },

  /// Each type that others see says what it is.
  TYPES_ARE_DOCUMENTED {
    private static final Pattern TYPE =
        Pattern.compile("(?m)^(public )?((abstract|final|sealed|non-sealed) )*"
            + "(class|interface|record|enum) (\\w+)");

    @Override
    void check(Source source, List<String> wrong) {
      if (source.isTest()) {
        return;
      }
      Matcher type = TYPE.matcher(source.code());
      while (type.find()) {
        String before = source.text().substring(0, beforeAnnotations(source.code(), type.start()));
        String last = before.stripTrailing();
        last = last.substring(last.lastIndexOf('\n') + 1);
        if (!last.startsWith("///")) {
          wrong.add(source.path() + ": " + type.group(5) + " has no documentation");
        }
      }
    }
  },

  /// A package has a page of its own, and null is not a value there unless it is said.
  PACKAGES_INTRODUCE_THEMSELVES {
    @Override
    void check(Source source, List<String> wrong) {
      if (source.path().endsWith("package-info.java")
          && (!source.text().startsWith("///") || !source.code().contains("@NullMarked"))) {
        wrong.add(source.path() + ": wants a sentence and @NullMarked");
      }
    }
  },

  /// Locks live in `socket`; the other half of this rule looks at class files.
  NO_MONITORS_OUTSIDE_SOCKET {
    @Override
    void check(Source source, List<String> wrong) {
      if (source.isTest() || List.of("socket", "cli", "house").contains(source.module())) {
        return;
      }
      find(source, "\\bsynchronized\\b", "a monitor outside socket", wrong);
    }
  },

  /// A test that waits for a time is slow on one machine and wrong on another.
  TESTS_DO_NOT_SLEEP {
    @Override
    void check(Source source, List<String> wrong) {
      if (source.isTest()) {
        find(source, "\\bThread\\s*\\.\\s*sleep\\b|\\b[A-Z_]+\\.sleep\\s*\\(", "sleeps", wrong);
      }
    }
  },

  /// What is tested is the real thing, from outside.
  TESTS_USE_NO_MOCKS_AND_NO_REFLECTION {
    @Override
    void check(Source source, List<String> wrong) {
      if (source.isTest()) {
        find(source, "\\borg\\.(mockito|easymock|powermock)\\b", "mocks", wrong);
        find(
            source,
            "\\b(setAccessible|getDeclared(Field|Method|Constructor)s?)\\b",
            "reflects",
            wrong);
      }
    }
  },

  /// Who leaves a test out says why.
  DISABLED_TESTS_SAY_WHY {
    @Override
    void check(Source source, List<String> wrong) {
      find(source, "@Disabled\\b(?!\\s*\\()", "a test is left out and nobody says why", wrong);
    }
  };

  /// One or more at the end, with what stands in their brackets.
  private static final Pattern ANNOTATION =
      Pattern.compile("(?m)(^@[\\w.]+(\\s*\\((?:[^()]++|\\([^()]*+\\))*+\\))?\\s*)+\\z");

  /// Appends what is wrong with a source.
  abstract void check(Source source, List<String> wrong);

  private static void find(Source source, String what, String why, List<String> wrong) {
    for (int at : starts(Pattern.compile(what), source.code())) {
      wrong.add(source.path() + ":" + source.lineAt(at) + ": " + why);
    }
  }

  private static List<Integer> starts(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(result -> result.start()).toList();
  }

  /// Where the annotations in front of a position begin.
  private static int beforeAnnotations(String code, int position) {
    Matcher annotation = ANNOTATION.matcher(code.substring(0, position));
    return annotation.find() ? annotation.start() : position;
  }

  private static String withoutLiterals(Source source) {
    return Pattern.compile("\"{3}[\\s\\S]*?\"{3}|\"(?:[^\"\\\\\\n]|\\\\.)*\"|//[^\n]*")
        .matcher(source.text())
        .replaceAll(match -> match.group().replaceAll("[^\n]", " "));
  }
}
