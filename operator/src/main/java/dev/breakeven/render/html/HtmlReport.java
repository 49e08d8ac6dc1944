package dev.breakeven.render.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.breakeven.advice.Advice;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The report: one self-contained HTML page about one or several policies, for people who do not
 * read statuses. It asks no network for anything, and its content security policy allows only the
 * style and the two scripts it was made with. Every string is escaped where it is put into the
 * page, and the data the script draws from cannot end its own element.
 */
public final class HtmlReport {

  private static final String HERE = "/dev/breakeven/render/html/";
  private static final String PLOT_LIBRARY = "/META-INF/resources/webjars/uplot/";

  private HtmlReport() {}

  /**
   * Writes the page.
   *
   * @param file where to; replaced if it is there
   * @param policies at least one
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, List<ReportedPolicy> policies) throws IOException {
    Files.writeString(file, of(policies));
  }

  /**
   * The page as text.
   *
   * @param policies at least one
   */
  public static String of(List<ReportedPolicy> policies) {
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("a report is about at least one policy");
    }
    List<PolicyArticle> articles = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      articles.add(PolicyArticle.of(i, policies.get(i)));
    }
    String version = plotLibraryVersion();
    String plotLibrary = resource(PLOT_LIBRARY + version + "/dist/uPlot.iife.min.js");
    String script = resource(HERE + "report.js");
    String style =
        resource(PLOT_LIBRARY + version + "/dist/uPlot.min.css")
            + "\n"
            + resource(HERE + "report.css");
    return template("report.html")
        .execute(
            new Page(
                securityPolicy(style, plotLibrary, script),
                generator(),
                title(policies),
                "Answered " + HtmlFormat.time(latest(policies)),
                policies.size() > 1 ? List.of(new Overview(lines(policies, articles))) : List.of(),
                articles,
                "uPlot " + version,
                resource(PLOT_LIBRARY + version + "/LICENSE"),
                style,
                data(articles),
                plotLibrary,
                script));
  }

  /** All that {@code report.html} asks for. */
  private record Page(
      String securityPolicy,
      String generator,
      String title,
      String subtitle,
      List<Overview> overview,
      List<PolicyArticle> policies,
      String plotLibraryName,
      String plotLibraryLicense,
      String style,
      String data,
      String plotLibrary,
      String script) {}

  private record Overview(List<OverviewLine> lines) {}

  private record OverviewLine(
      String id,
      String name,
      String model,
      String verdict,
      String verdictClass,
      String next,
      String saving,
      String utilization,
      String perMillion) {}

  private static List<OverviewLine> lines(
      List<ReportedPolicy> policies, List<PolicyArticle> articles) {
    List<OverviewLine> lines = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      Advice advice = policies.get(i).advice();
      PolicyArticle article = articles.get(i);
      lines.add(
          new OverviewLine(
              article.id(),
              article.name(),
              article.model(),
              article.verdict(),
              article.verdictClass(),
              Wording.next(advice.recommendation()),
              HtmlFormat.known(
                  advice.savings().monthly(), saving -> HtmlFormat.money(saving.expected())),
              utilization(advice),
              perMillion(advice)));
    }
    return lines;
  }

  private static String utilization(Advice advice) {
    return HtmlFormat.known(
            advice.basis().observed().replicas().utilizationPercent(), HtmlFormat::percent)
        + " / "
        + HtmlFormat.known(
            advice.costs().breakeven(), b -> HtmlFormat.percent(b.utilization().percent()));
  }

  private static String perMillion(Advice advice) {
    return HtmlFormat.known(
        advice.costs().lastHour(),
        hour ->
            HtmlFormat.known(hour.effectivePerMillion(), HtmlFormat::price)
                + " / "
                + HtmlFormat.known(hour.apiPerMillion(), HtmlFormat::price));
  }

  private static String title(List<ReportedPolicy> policies) {
    return "Breakeven report · "
        + (policies.size() == 1 ? policies.get(0).title() : policies.size() + " policies");
  }

  private static Instant latest(List<ReportedPolicy> policies) {
    return policies.stream().map(p -> p.input().now()).max(Instant::compareTo).orElseThrow();
  }

  private static String version() {
    @Nullable String version = HtmlReport.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  // The style and the scripts are named by their hashes, so nothing that got into the page some
  // other way could run or restyle it.
  static String securityPolicy(String style, String... scripts) {
    StringBuilder policy = new StringBuilder("default-src 'none'; img-src data:; style-src ");
    policy.append(hash(style)).append("; script-src");
    if (scripts.length == 0) {
      policy.append(" 'none'");
    }
    for (String script : scripts) {
      policy.append(' ').append(hash(script));
    }
    return policy.append("; base-uri 'none'; form-action 'none'").toString();
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }

  private static String data(List<PolicyArticle> articles) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    ArrayNode plots = data.putArray("policies");
    articles.forEach(a -> plots.add(a.plots()));
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a tree of numbers and strings can always be written
    }
  }

  private static final ObjectMapper JSON = json();

  private static ObjectMapper json() {
    ObjectMapper mapper = JsonMapper.builder().build();
    mapper.getFactory().setCharacterEscapes(new InsideScript());
    return mapper;
  }

  /** Inside a script element no text may look like the element's end or a comment's start. */
  private static final class InsideScript extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private final int[] escapes = standardAsciiEscapesForJSON();

    InsideScript() {
      for (char c : new char[] {'<', '>', '&', '\''}) {
        escapes[c] = ESCAPE_STANDARD;
      }
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return escapes.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      return c == 0x2028 || c == 0x2029 ? new SerializedString(String.format("\\u%04x", c)) : null;
    }
  }

  private static String plotLibraryVersion() {
    Properties properties = new Properties();
    try (InputStream in = open("/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** The style of every page. */
  static String styleSheet() {
    return resource(HERE + "report.css");
  }

  /** A page with places to be filled in. */
  static Template template(String name) {
    return Mustache.compiler()
        .withLoader(part -> new StringReader(resource(HERE + part + ".html")))
        .strictSections(true)
        .compile(resource(HERE + name));
  }

  /** What wrote the page. */
  static String generator() {
    return "Breakeven " + version();
  }

  private static String resource(String path) {
    try (InputStream in = open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String path) {
    @Nullable InputStream in = HtmlReport.class.getResourceAsStream(path);
    if (in == null) {
      throw new IllegalStateException("this build lacks " + path);
    }
    return in;
  }
}
