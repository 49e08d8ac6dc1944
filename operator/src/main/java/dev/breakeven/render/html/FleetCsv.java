package dev.breakeven.render.html;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Estimate;
import dev.breakeven.price.Api;
import dev.breakeven.price.Money;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.price.TokenPrices.CachedInput;
import java.io.StringWriter;
import java.math.RoundingMode;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The policies as CSV, for a spreadsheet or a gateway's price table: money a month, and money per
 * million tokens of each kind. A figure that is not known is an empty cell.
 */
public final class FleetCsv {

  /** The file beside the page. */
  public static final String FILE = "fleet.csv";

  /** One column: its name, and the figure. */
  private record Column(String name, Function<ReportedPolicy, Optional<String>> value) {}

  private static final List<Column> COLUMNS = columns();

  private FleetCsv() {}

  /** The file as text, a line for each policy; of the unanswered ones, their names alone. */
  public static String of(List<ReportedPolicy> policies, List<FleetPage.Unanswered> unanswered) {
    StringWriter text = new StringWriter();
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    csv.writeRecord(COLUMNS.stream().map(Column::name).toList());
    List<ReportedPolicy> sorted =
        policies.stream().sorted(Comparator.comparing(ReportedPolicy::title)).toList();
    for (ReportedPolicy policy : sorted) {
      csv.writeRecord(COLUMNS.stream().map(c -> c.value().apply(policy).orElse("")).toList());
    }
    for (FleetPage.Unanswered policy : unanswered) {
      List<String> cells = new ArrayList<>(Collections.nCopies(COLUMNS.size(), ""));
      cells.set(0, policy.namespace());
      cells.set(1, policy.name());
      csv.writeRecord(cells);
    }
    return text.toString();
  }

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    add(columns, "namespace", p -> Optional.of(p.namespace()));
    add(columns, "policy", p -> Optional.of(p.name()));
    add(columns, "model", p -> Optional.of(p.input().model()));
    add(
        columns,
        "as_of",
        p -> Optional.of(p.input().now().truncatedTo(ChronoUnit.SECONDS).toString()));
    add(columns, "currency", p -> Optional.of(p.input().currency().getCurrencyCode()));
    add(columns, "verdict", p -> Optional.of(p.advice().decision().verdict().label()));
    add(columns, "confidence", p -> Optional.of(p.advice().decision().confidence().label()));
    add(columns, "replicas_now", p -> Optional.of(Integer.toString(p.input().replicasNow())));
    add(
        columns,
        "replicas_advised",
        p -> Optional.of(Integer.toString(p.advice().recommendation().replicasAdvised())));
    add(columns, "saving_per_month", p -> FleetPage.saving(p).map(FleetCsv::amount));
    add(columns, "as_now_per_month", p -> FleetPage.now(p).map(FleetCsv::amount));
    add(columns, "committed_per_month", p -> FleetPage.committed(p).map(FleetCsv::amount));
    add(
        columns,
        "api_per_month",
        p -> FleetPage.bill(p, Alternative.Kind.API_ONLY).map(FleetCsv::amount));
    addPrices(
        columns, "ours", p -> p.advice().costs().tokens().found().map(Advice.TokenCosts::asItRan));
    addPrices(
        columns,
        "ours_at_target",
        p -> p.advice().costs().tokens().found().map(Advice.TokenCosts::atTarget));
    addPrices(
        columns,
        "api",
        p ->
            p.input().api() instanceof Api.Offered offered
                ? Optional.of(new Estimate.Found<>(offered.offer().prices()))
                : Optional.empty());
    return List.copyOf(columns);
  }

  private static void add(
      List<Column> columns, String name, Function<ReportedPolicy, Optional<String>> value) {
    columns.add(new Column(name, value));
  }

  private static void addPrices(
      List<Column> columns,
      String whose,
      Function<ReportedPolicy, Optional<Estimate<TokenPrices>>> prices) {
    Function<ReportedPolicy, Optional<TokenPrices>> known =
        p -> prices.apply(p).flatMap(Estimate::found);
    add(
        columns,
        whose + "_input_per_million",
        p -> known.apply(p).map(t -> t.inputPerMillion().listed()));
    add(
        columns,
        whose + "_cached_input_per_million",
        p -> known.apply(p).map(FleetCsv::cachedInput));
    add(
        columns,
        whose + "_output_per_million",
        p -> known.apply(p).map(t -> t.outputPerMillion().listed()));
  }

  /** A list without a price of its own for it charges cached input as any input. */
  private static String cachedInput(TokenPrices prices) {
    Money price =
        prices.cachedInput() instanceof CachedInput.Listed listed
            ? listed.perMillion()
            : prices.inputPerMillion();
    return price.listed();
  }

  private static String amount(Money money) {
    return money.amount().setScale(2, RoundingMode.HALF_UP).toPlainString();
  }
}
