package dev.breakeven.cli.console;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How pages of help are laid out: as wide as {@code COLUMNS} or the terminal, and with lines that
 * end between words only. Left to itself picocli also breaks after a dot, a slash or a colon, so
 * that an address cannot be copied. Such marks are letters while it breaks lines.
 */
public final class HelpPage {

  /** What picocli's own layout needs at least. */
  private static final int NARROWEST = 55;

  /** Longer lines are hard to read. */
  private static final int WIDEST = 120;

  /** A word that is longer cannot stay whole in the column of descriptions. */
  private static final int LONGEST_WORD = 45;

  private static final Pattern WORD = Pattern.compile("\\S{1," + LONGEST_WORD + "}(?!\\S)");

  /** From here on the letters that stand for ASCII marks, Latin Extended-B. */
  private static final int LETTERS = 0x180;

  private HelpPage() {}

  /**
   * Lays out the pages of a program and its commands.
   *
   * @param columns value of {@code COLUMNS}; null if it is not set
   */
  public static void layOut(CommandLine program, @Nullable String columns) {
    if (columns != null && columns.matches("\\d{1,6}")) {
      program.setUsageHelpWidth(Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns))));
    } else {
      program.setUsageHelpAutoWidth(true);
    }
    program.setHelpFactory(WholeWords::new);
    keepWords(program);
  }

  /** Prints a command's page. */
  public static void print(CommandSpec command) {
    command.commandLine().usage(command.commandLine().getOut());
    command.commandLine().getOut().flush();
  }

  private static void keepWords(CommandLine program) {
    UsageMessageSpec page = program.getCommandSpec().usageMessage();
    page.description(kept(page.description()));
    page.footer(kept(page.footer()));
    Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>();
    program
        .getHelpSectionMap()
        .forEach((key, section) -> sections.put(key, help -> restored(section.render(help))));
    page.sectionMap(sections);
    program.getSubcommands().values().forEach(HelpPage::keepWords);
  }

  private static String[] kept(String[] lines) {
    return Arrays.stream(lines).map(HelpPage::kept).toArray(String[]::new);
  }

  /** The text with every mark inside a word as a letter. */
  private static String kept(String text) {
    Matcher word = WORD.matcher(text);
    StringBuilder all = new StringBuilder();
    while (word.find()) {
      boolean starts = word.start() == 0 || Character.isWhitespace(text.charAt(word.start() - 1));
      word.appendReplacement(
          all, Matcher.quoteReplacement(starts ? asLetters(word.group()) : word.group()));
    }
    return word.appendTail(all).toString();
  }

  private static String asLetters(String word) {
    // A placeholder is filled in before lines are broken, and a format keeps its marks.
    if (word.contains("${") || word.contains("%")) {
      return word;
    }
    StringBuilder letters = new StringBuilder();
    word.chars()
        .map(c -> c < 0x7f && !Character.isLetterOrDigit(c) ? c + LETTERS : c)
        .forEach(c -> letters.append((char) c));
    return letters.toString();
  }

  private static String restored(String text) {
    StringBuilder marks = new StringBuilder();
    text.chars()
        .map(c -> c > LETTERS && c < LETTERS + 0x7f ? c - LETTERS : c)
        .forEach(c -> marks.append((char) c));
    return marks.toString();
  }

  /** Descriptions of options and parameters, kept as those of commands are. */
  private static final class WholeWords extends Help {

    WholeWords(CommandSpec spec, ColorScheme colors) {
      super(spec, colors);
    }

    @Override
    public IOptionRenderer createDefaultOptionRenderer() {
      IOptionRenderer usual = super.createDefaultOptionRenderer();
      return (option, label, colors) -> kept(usual.render(option, label, colors), colors);
    }

    @Override
    public IParameterRenderer createDefaultParameterRenderer() {
      IParameterRenderer usual = super.createDefaultParameterRenderer();
      return (parameter, label, colors) -> kept(usual.render(parameter, label, colors), colors);
    }

    /** The last column is the description; the others are styled, and never broken. */
    private static Text[][] kept(Text[][] rows, ColorScheme colors) {
      for (Text[] row : rows) {
        int last = row.length - 1;
        row[last] = colors.text(HelpPage.kept(row[last].toString()));
      }
      return rows;
    }
  }
}
