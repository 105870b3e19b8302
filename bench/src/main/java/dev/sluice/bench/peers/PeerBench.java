package dev.sluice.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The command: measures all rows against all contenders, writes `benchmarks.md` and
/// adds to `benchmarks.jsonl`.
///
/// ```
///   PeerBench DIRECTORY [--quick] [--rounds N] [--time MS] [--rows A,B] [--only X,Y]
///   [--dry]
/// ```
///
/// Rows and contenders are chosen by the beginnings of their names in the history;
/// nothing is written then, nor with `--dry`.
public final class PeerBench {
  /// What each measurement lets pass before it counts, milliseconds.
  private static final int WARM_UP = 300;
  /// The same of a row's first round, which does not count: compilers are busy then.
  private static final int FIRST_WARM_UP = 2_000;

  private final Path docs;
  private final List<String> words;
  private final Measurements measured = new Measurements();
  private final InOneMachine oneMachine = new InOneMachine();

  private PeerBench(Path docs, List<String> words) {
    this.docs = docs;
    this.words = words;
  }

  /// Runs it.
  ///
  /// @param words the directory to write to, then options
  public static void main(String... words) throws IOException {
    List<String> all = Arrays.asList(words);
    new PeerBench(Path.of(all.getFirst()), all.subList(1, all.size())).run();
  }

  private int number(String option, int usual, int quick) {
    int at = words.indexOf(option);
    if (at >= 0) {
      return Integer.parseInt(words.get(at + 1));
    }
    return words.contains("--quick") ? quick : usual;
  }

  /// Whether an option that lists beginnings of names lets this name through.
  private boolean isChosen(String option, String name) {
    int at = words.indexOf(option);
    return at < 0
        || Arrays.stream(words.get(at + 1).split(","))
            .anyMatch(beginning -> beginning.endsWith("=")
                ? name.equals(beginning.substring(0, beginning.length() - 1))
                : name.startsWith(beginning));
  }

  private void run() throws IOException {
    String options = words.isEmpty() ? "" : " " + String.join(" ", words);
    Setting setting = Setting.now(docs, options);
    System.out.println(setting.sentence());
    Path directory = Files.createTempDirectory("sluice-bench");
    try (LineUp lineUp = new LineUp(directory)) {
      Path client = lineUp.buildClient();
      List<Contender> contenders = lineUp.start();
      for (Row row : Row.all()) {
        if (isChosen("--rows", row.id())) {
          measure(row, client, contenders);
        }
      }
      boolean isBoth = isChosen("--rows", "both-ends");
      if (isBoth) {
        oneMachine.run(Math.max(1, number("--rounds", 5, 1)), number("--time", 1_000, 300));
        System.out.print(oneMachine.text());
      }
      String page = new Page(measured, contenders).text(setting, isBoth ? oneMachine.text() : "");
      boolean isWhole =
          !words.contains("--dry") && !words.contains("--rows") && !words.contains("--only");
      if (isWhole) {
        Files.writeString(docs.resolve("benchmarks.md"), page);
        remember(setting, contenders);
      } else {
        System.out.println(page);
      }
    }
  }

  private void measureOnce(Row row, Path client, Contender contender, boolean counts) {
    try {
      Sample sample = sample(row, client, contender, counts ? WARM_UP : FIRST_WARM_UP);
      if (counts) {
        measured.add(row, contender, sample);
      }
    } catch (IOException e) {
      measured.fail(row, contender, String.valueOf(e.getMessage()));
    }
  }

  private void measure(Row row, Path client, List<Contender> contenders) {
    int rounds = number("--rounds", 5, 1);
    for (int round = 0; round <= rounds; round++) { // the first is to warm up
      for (Contender contender : contenders) {
        if (contender.isHere() && isChosen("--only", contender.id())) {
          measureOnce(row, client, contender, round > 0);
        }
      }
    }
    for (Contender contender : contenders) {
      if (!measured.of(row, contender.id()).isEmpty()) {
        System.out.printf(
            Locale.ROOT,
            "%-36s %-36s %s %s%n",
            row.title(),
            contender.title(),
            measured.cell(row, contender),
            row.mode().unit);
      }
    }
  }

  private Sample sample(Row row, Path client, Contender contender, int warmUp) throws IOException {
    Child server = contender.server();
    if (server == null) {
      throw new IOException(contender.missing());
    }
    int time = number("--time", 1_000, 500);
    boolean isFree = row.placement() == Row.Placement.FREE;
    int last = Math.max(0, Runtime.getRuntime().availableProcessors() - 1);
    String ofServer = switch (row.placement()) {
      case FREE -> "0-" + last;
      case ONE_CORE -> "0";
      case ONE_CORE_EACH -> Integer.toString(Math.min(1, last));
    };
    server.pin(ofServer);
    List<String> command = new ArrayList<>(List.of(
        client.toString(),
        row.mode().word,
        contender.address(),
        Integer.toString(row.mode().port + contender.portOffset()),
        "--netns",
        Long.toString(contender.clientNamespace()),
        "--flows",
        Integer.toString(row.flows()),
        "--size",
        Integer.toString(row.size()),
        "--warm",
        Integer.toString(warmUp),
        "--time",
        Integer.toString(time)));
    if (!isFree) {
      command.addAll(List.of("--cpu", "0"));
    }
    double before = server.cpuSeconds();
    String json = Child.run(60, command);
    double cpu =
        (server.cpuSeconds() - before) * time / (time + (double) warmUp); // its warm-up counts too
    return Sample.of(row, json, cpu);
  }

  /// One line for each row and contender.
  private void remember(Setting setting, List<Contender> contenders) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Row row : Row.all()) {
      for (Contender contender : contenders) {
        List<Sample> samples = measured.of(row, contender.id());
        if (!samples.isEmpty()) {
          List<String> values = samples.stream().map(Sample::json).toList();
          lines.add("{" + setting.json() + ",\"row\":\"" + row.id() + "\",\"contender\":\""
              + contender.id() + "\",\"unit\":\"" + row.mode().unit + "\",\"rounds\":["
              + String.join(",", values) + "]}");
        }
      }
    }
    lines.addAll(oneMachine.history(setting.json()));
    Files.write(
        docs.resolve("benchmarks.jsonl"),
        lines,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
