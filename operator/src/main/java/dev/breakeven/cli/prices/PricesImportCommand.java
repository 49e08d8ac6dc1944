package dev.breakeven.cli.prices;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.Failure;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.pricelist.ImportedPrices;
import dev.breakeven.pricelist.ModelAlias;
import dev.breakeven.pricelist.PriceBounds;
import dev.breakeven.pricelist.PriceFilter;
import dev.breakeven.pricelist.PriceListFormat;
import dev.breakeven.pricelist.PriceListImport;
import dev.breakeven.pricelist.RateCardYaml;
import dev.breakeven.pricelist.RefusalReason;
import dev.breakeven.pricelist.RefusedEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven prices import}: a rate card from price lists that others keep. */
@Command(
    name = "import",
    description = {
      "Writes a RateCard from price lists: LiteLLM's model_prices_and_context_window.json, the data"
          + " of pydantic/genai-prices (data.json or providers/NAME.yml), or CSV with the header"
          + " model,provider,input_per_million,output_per_million[,cached_input_per_million]"
          + "[,batch_input_per_million][,batch_output_per_million][,currency][,source][,as_of].",
      "Each offer gets the source and the day of its price. Impossible prices are refused,"
          + " and a summary on standard error says how many and why."
    },
    footer = {
      "",
      "To add the offers to a RateCard that exists in the cluster:",
      "  breakeven prices import FILE --model '*gemma-3*'"
          + " | kubectl apply --server-side --field-manager prices -f -",
      "If that card was applied without --server-side, apply it with --server-side first."
          + " Otherwise kubectl removes from it what FILE does not have."
    })
final class PricesImportCommand implements Callable<Integer> {

  /** Before it there were no such price lists: an earlier date of a file says nothing. */
  private static final LocalDate EARLIEST_FILE = LocalDate.of(2023, 1, 1);

  /** {@code kubectl apply} keeps a copy in an annotation, which may have this many bytes. */
  private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Price lists; - is standard input, and .gz is unpacked.")
  List<Path> files = List.of();

  @Option(
      names = "--model",
      paramLabel = "PATTERN",
      description = "Import only these models, such as '*llama-3.3-70b*'; may be repeated.")
  List<String> models = List.of();

  @Option(
      names = "--provider",
      paramLabel = "PATTERN",
      description = "Import only these providers, such as groq; may be repeated.")
  List<String> providers = List.of();

  @Option(
      names = "--as",
      paramLabel = "[PATTERN=]MODEL",
      description =
          "The model's name in policies, for all entries or for those that the pattern matches,"
              + " such as 'llama-3.3-70b*=meta-llama/Llama-3.3-70B-Instruct'; may be repeated.")
  List<String> aliases = List.of();

  @Option(
      names = "--as-of",
      paramLabel = "DAY",
      description =
          "Day on which the prices were read, such as 2026-10-31 (default: the file's own, else its"
              + " last change).")
  @Nullable String asOf;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "litellm, genai-prices or csv (default: detected from the file).")
  @Nullable String format;

  @Option(
      names = "--max-per-million",
      defaultValue = "1000",
      paramLabel = "AMOUNT",
      description = "Refuse prices above this for 1,000,000 tokens (default: ${DEFAULT-VALUE}).")
  BigDecimal most = PriceBounds.STANDARD.most();

  @Option(
      names = "--name",
      defaultValue = "default",
      paramLabel = "NAME",
      description = "Name of the RateCard (default: ${DEFAULT-VALUE}).")
  String name = "default";

  @Option(
      names = "--split",
      description =
          "Write one RateCard for each provider, called NAME-PROVIDER; one card holds 500"
              + " offers.")
  boolean split;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "-",
      paramLabel = "FILE.yaml",
      description = "Where to write it (default: standard output).")
  Path out = Path.of("-");

  @Option(
      names = "--refused",
      paramLabel = "FILE.csv",
      description = "Where to list refused entries: file,entry,reason,detail.")
  @Nullable Path refusedFile;

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "--name: at most 63 lower-case letters, digits and -, not " + name);
    }
    PriceListImport lists =
        new PriceListImport(
            new PriceFilter(models, providers),
            new PriceBounds(PriceBounds.STANDARD.least(), most),
            aliases.stream().map(PricesImportCommand::alias).toList());
    LocalDate today = LocalDate.now(Clock.systemUTC());
    for (Path path : files) {
      InputFile file = new InputFile(path);
      file.read(content -> lists.read(file.name(), content, format(), dayOf(file, today)));
    }
    ImportedPrices prices = lists.result();
    if (refusedFile != null) {
      write(refusedFile, refusedCsv(prices.refused()));
    }
    summarize(prices);
    if (prices.taken() == 0) {
      throw new IllegalArgumentException(
          prices.leftOut() == prices.entries()
              ? "no entry matches --model and --provider"
              : "every entry was refused");
    }
    String yaml =
        split ? RateCardYaml.cardByProvider(name, prices) : RateCardYaml.card(name, prices);
    if (new InputFile(out).isStandardInput()) {
      command.commandLine().getOut().print(yaml);
      command.commandLine().getOut().flush();
    } else {
      write(out, yaml);
    }
    if (yaml.getBytes(StandardCharsets.UTF_8).length > MOST_ANNOTATION_BYTES) {
      say("too large for a plain kubectl apply: use kubectl apply --server-side");
    }
    return ExitCode.ANSWERED;
  }

  private static ModelAlias alias(String text) {
    try {
      return ModelAlias.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--as: " + e.getMessage(), e);
    }
  }

  private Optional<PriceListFormat> format() {
    return Optional.ofNullable(format)
        .map(
            f ->
                switch (f) {
                  case "litellm" -> PriceListFormat.LITELLM;
                  case "genai-prices" -> PriceListFormat.GENAI_PRICES;
                  case "csv" -> PriceListFormat.CSV;
                  default ->
                      throw new IllegalArgumentException(
                          "--format: litellm, genai-prices or csv, not " + f);
                });
  }

  /** The day that was stated, else that of the file's last change, else today. */
  private LocalDate dayOf(InputFile file, LocalDate today) throws IOException {
    if (asOf != null) {
      try {
        LocalDate stated = LocalDate.parse(asOf);
        if (!stated.isAfter(today)) {
          return stated;
        }
      } catch (DateTimeParseException e) {
        // Refused below with the same words as a day that is yet to come.
      }
      throw new IllegalArgumentException(
          "--as-of: " + asOf + " is not a day such as 2026-10-31 that has come");
    }
    if (file.isStandardInput()) {
      return today;
    }
    LocalDate changed =
        Files.getLastModifiedTime(file.path()).toInstant().atZone(ZoneOffset.UTC).toLocalDate();
    if (changed.isBefore(EARLIEST_FILE) || changed.isAfter(today)) {
      throw new IllegalArgumentException(
          "%s: last changed on %s, which cannot be the day of its prices; give --as-of"
              .formatted(file.name(), changed));
    }
    return changed;
  }

  private void summarize(ImportedPrices prices) {
    Map<RefusalReason, Integer> counts = new EnumMap<>(RefusalReason.class);
    prices.refused().forEach(r -> counts.merge(r.reason(), 1, Integer::sum));
    int whole =
        counts.entrySet().stream()
            .filter(e -> !e.getKey().isPart())
            .mapToInt(Map.Entry::getValue)
            .sum();
    say(
        "%,d entries: %,d taken, %,d refused%s"
            .formatted(
                prices.entries(),
                prices.taken(),
                whole,
                prices.leftOut() == 0 ? "" : ", %,d not asked for".formatted(prices.leftOut())));
    for (boolean part : new boolean[] {false, true}) {
      counts.forEach(
          (reason, count) -> {
            if (reason.isPart() == part) {
              say("  %,6d %s%s".formatted(count, part ? "taken " : "", words(reason)));
            }
          });
    }
    if (!counts.isEmpty() && refusedFile == null) {
      say("--refused FILE.csv lists them");
    }
  }

  private static String words(RefusalReason reason) {
    return switch (reason) {
      case NOT_TEXT_GENERATION -> "not a model that writes text";
      case NO_PRICE -> "no input or output price per token";
      case PRICE_ZERO -> "a price of 0: free, or not known";
      case NOT_A_PRICE -> "not a number of at least 0";
      case ABOVE_BOUND -> "above what anybody charges: per million where per token is meant?";
      case BELOW_BOUND -> "below what anybody charges: per token where per million is meant?";
      case OUT_OF_PROPORTION -> "input and output prices too far apart";
      case OUTLIER -> "more than 25 times off the other providers of the model";
      case CACHED_ABOVE_INPUT -> "cached input dearer than input";
      case BATCH_ABOVE_ORDINARY -> "batch dearer than ordinary requests";
      case PRICE_PER_REQUEST -> "a price per request as well";
      case WITHDRAWN -> "withdrawn by the provider";
      case NAME_NOT_ALLOWED -> "a name that a rate card cannot hold";
      case DUPLICATE -> "an offer of the same name was taken before";
      case CACHED_PRICE_ZERO -> "without the cached price, which is 0";
      case CACHE_WRITE_BELOW_INPUT -> "without the cache-write price, which is below input";
      case REASONING_PRICE_DIFFERS -> "at the price of output without reasoning";
      case TOO_MANY_TIERS -> "without the last of its steps for long prompts or times of the day";
      case PRICE_CHANGES_LATER -> "at a price that is announced to change";
    };
  }

  private static String refusedCsv(List<RefusedEntry> refused) {
    StringWriter text = new StringWriter();
    CsvWriter csv = CsvWriter.builder().build(text);
    csv.writeRecord("file", "entry", "reason", "detail");
    for (RefusedEntry entry : refused) {
      csv.writeRecord(entry.file(), entry.entry(), words(entry.reason()), entry.detail());
    }
    return text.toString();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalArgumentException(Failure.notWritten(file, e), e);
    }
  }

  private void say(String line) {
    PrintWriter err = command.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
