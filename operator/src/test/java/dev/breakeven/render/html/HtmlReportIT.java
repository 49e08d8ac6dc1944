package dev.breakeven.render.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.Media;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The report as people meet it: in a real browser, on a phone, in the dark, without a mouse. */
@ExtendWith(dev.breakeven.testing.Browser.class)
class HtmlReportIT {

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final int PHONE = 360;
  private static final int DESK = 1200;
  private static final String HOSTILE =
      "</script><script>document.title='owned'</script><img src=x"
          + " onerror=\"document.title='owned'\">{{title}} ' & <b>";

  private static final Path DIRECTORY = Repository.scratch("report");

  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  @AfterEach
  void closeContexts() {
    contexts.forEach(BrowserContext::close);
  }

  @ParameterizedTest
  @CsvSource({"360,LIGHT", "360,DARK", "1200,LIGHT", "1200,DARK"})
  void aPageOpensWithoutComplaintAndAsksTheNetworkForNothing(int width, ColorScheme scheme)
      throws IOException {
    Page page = open(width, scheme, everything());
    page.waitForLoadState(LoadState.NETWORKIDLE);
    assertThat(complaints).isEmpty();
    assertThat(requests).containsExactly(page.url());
  }

  @ParameterizedTest
  @CsvSource({"360,LIGHT", "360,DARK", "1200,LIGHT", "1200,DARK"})
  void everyCurveIsDrawn(int width, ColorScheme scheme) throws IOException {
    Page page = open(width, scheme, SampleAnswers.chat());
    for (String plot : List.of("traffic", "duration", "breakeven")) {
      Object inked =
          page.evaluate(
              """
              plot => {
                const canvas = document.querySelector(`[data-plot=${plot}] canvas`);
                const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                const wanted = getComputedStyle(document.documentElement);
                const rgb = name => wanted.getPropertyValue(name).trim().slice(1).match(/../g)
                    .map(h => parseInt(h, 16));
                const near = (i, c) => c.every((v, k) => Math.abs(data[i + k] - v) < 4) && data[i + 3] > 250;
                const ours = rgb("--ours"), api = rgb("--api");
                let counts = [0, 0];
                for (let i = 0; i < data.length; i += 4) {
                  if (near(i, ours)) counts[0]++;
                  if (near(i, api)) counts[1]++;
                }
                return counts;
              }
              """,
              plot);
      List<?> counts = (List<?>) inked;
      assertThat(counts)
          .as("pixels of ours and of the API's line in " + plot)
          .allSatisfy(n -> assertThat(((Number) n).intValue()).isGreaterThan(100));
    }
  }

  @Test
  void theBreakevenCurveMarksWhereThisTrafficIsAndWhereItWouldBreakEven() throws IOException {
    Browser.NewContextOptions desk = new Browser.NewContextOptions().setViewportSize(DESK, 800);
    Page page =
        open(
            desk,
            """
            window.marks = [];
            const write = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
              const plot = this.canvas.closest("[data-plot]");
              if (plot && plot.dataset.plot === "breakeven" && /[a-z]/.test(text)) marks.push(text);
              write.call(this, text, x, y);
            };
            """,
            SampleAnswers.chat());
    assertThat(String.valueOf(page.evaluate("marks.join(', ')")).replace('\u00a0', ' '))
        .contains("breakeven 37.5 %")
        .contains("you are here 33 %");
  }

  @Test
  void aBarIsAsLongAsItsMoneyAndEachOfItsPartsIsThere() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.chat());
    List<?> widths =
        (List<?>)
            page.evaluate(
                """
                () => [...document.querySelectorAll("#policy-1 svg.bar:not(.thin)")].map(bar => {
                  const parts = [...bar.querySelectorAll("rect")].map(r => r.width.baseVal.value);
                  return parts.reduce((a, b) => a + b, 0) / bar.clientWidth * 29116;
                })
                """);
    // Dollars a month, from SampleAnswers: the longest bar, API only, is 29,116.
    assertThat(widths).hasSize(5);
    double[] money = {15_250.25, 20_000, 29_116, 22_090, 28_550};
    for (int i = 0; i < money.length; i++) {
      assertThat(((Number) widths.get(i)).doubleValue())
          .isCloseTo(money[i], org.assertj.core.data.Offset.offset(30.0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {PHONE, 768, DESK})
  void noWidthOfScreenMakesThePageScrollSideways(int width) throws IOException {
    Page page = open(width, ColorScheme.LIGHT, everything());
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
  }

  @Test
  void aCurveFitsTheScreenThatIsTurned() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.chat());
    page.setViewportSize(PHONE, 800);
    page.waitForFunction("document.querySelector('[data-plot] canvas').clientWidth < 360");
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE);
  }

  @ParameterizedTest
  @CsvSource({"360,DARK", "1200,LIGHT"})
  void itKeepsTheAccessibilityRules(int width, ColorScheme scheme) throws IOException {
    Page page = open(width, scheme, everything());
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
    assertThat(brokenRules(page)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"390,LIGHT", "390,DARK", "1280,LIGHT", "1280,DARK"})
  void thePageOfAllPoliciesKeepsTheRulesFitsTheScreenAndAsksForNothing(
      int width, ColorScheme scheme) throws IOException {
    Page page =
        openPage(
            new Browser.NewContextOptions().setViewportSize(width, 800).setColorScheme(scheme),
            "",
            FleetPage.of(
                List.of(everything()),
                List.of(new FleetPage.Unanswered("lab", HOSTILE, "nothing is known"))));
    page.waitForLoadState(LoadState.NETWORKIDLE);

    assertThat(complaints).isEmpty();
    assertThat(requests).containsExactly(page.url());
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
    assertThat(page.locator("h1").textContent()).contains("4 policies");
    assertThat(brokenRules(page)).isEmpty();
  }

  private static List<String> brokenRules(Page page) {
    List<String> broken = new ArrayList<>();
    // The rows of a long table are all alike, and each costs time.
    AxeBuilder rules = new AxeBuilder(page).exclude("tbody tr:nth-child(n+4)");
    for (Rule rule : rules.analyze().getViolations()) {
      rule.getNodes()
          .forEach(n -> broken.add(rule.getId() + ": " + rule.getHelp() + ": " + n.getHtml()));
    }
    return broken;
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void theLinesOfACurveStandOutFromThePage(ColorScheme scheme) throws IOException {
    Page page = open(DESK, scheme, SampleAnswers.chat());
    List<?> contrasts =
        (List<?>)
            page.evaluate(
                """
                () => {
                  const style = getComputedStyle(document.documentElement);
                  const light = name => {
                    const [r, g, b] = style.getPropertyValue(name).trim().slice(1).match(/../g)
                        .map(h => parseInt(h, 16) / 255)
                        .map(v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                  };
                  const paper = light("--paper");
                  return ["--ours", "--api", "--ink-line", "--soft"].map(light)
                      .map(l => (Math.max(l, paper) + 0.05) / (Math.min(l, paper) + 0.05));
                }
                """);
    // WCAG 2.2, 1.4.11: graphics that carry meaning, 3 to 1.
    assertThat(contrasts).allSatisfy(c -> assertThat(((Number) c).doubleValue()).isGreaterThan(3));
  }

  @Test
  void theTabKeyReachesEverythingInOrderAndShowsWhereItIs() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.chat(), SampleAnswers.unknown());
    int wanted =
        (int)
            page.evaluate(
                """
                () => {
                  window.wanted = [...document.querySelectorAll("a[href], summary, [tabindex='0']")]
                      .filter(e => e.checkVisibility());
                  return window.wanted.length;
                }
                """);
    assertThat(wanted).isGreaterThanOrEqualTo(15);
    for (int i = 0; i < wanted; i++) {
      page.keyboard().press("Tab");
      Object seen =
          page.evaluate(
              """
              i => {
                const style = getComputedStyle(document.activeElement);
                return document.activeElement !== wanted[i] ? "not reached: " + wanted[i].outerHTML.slice(0, 200)
                    : style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2
                    ? "focus not shown: " + wanted[i].outerHTML.slice(0, 200) : "reached";
              }
              """,
              i);
      assertThat(seen).isEqualTo("reached");
    }
  }

  @Test
  void arrowKeysReadACurve() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.chat());
    Locator plot = page.locator("[data-plot=traffic]");
    plot.focus();
    page.keyboard().press("Home");
    page.keyboard().press("ArrowRight");
    assertThat(legendOf(plot)).contains("2026-11-17 03:10");
    page.keyboard().press("End");
    assertThat(legendOf(plot)).contains("2026-11-24 02:50").contains("32 k").contains("24.1 k");
    Locator breakeven = page.locator("[data-plot=breakeven]");
    breakeven.focus();
    page.keyboard().press("Home");
    for (int i = 0; i < 74; i++) {
      page.keyboard().press("ArrowRight"); // half a percent each, from half a percent on
    }
    // At the breakeven utilisation of 37.5 % ours costs what the API costs:
    // (8,870 + 2,190 + 12,800) ÷ 34,770 M = $0.686.
    assertThat(legendOf(breakeven)).contains("37.5 %").containsPattern("\\$0\\.686.*\\$0\\.686");
  }

  private static String legendOf(Locator plot) {
    return plot.locator(".u-legend").innerText().replace('\u00a0', ' ').replace('\n', ' ');
  }

  @Test
  void aTableUnderACurveOpensFromTheKeyboard() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.chat());
    Locator summary = page.locator("#policy-1 summary").first();
    Locator table = page.locator("#policy-1 details table").first();
    assertThat(table.isVisible()).isFalse();
    summary.focus();
    page.keyboard().press("Enter");
    assertThat(table.isVisible()).isTrue();
  }

  @Test
  void whatOthersWroteStaysText() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.saying(HOSTILE));
    assertThat(page.title()).isEqualTo("Breakeven report · " + HOSTILE + "/" + HOSTILE);
    assertThat(page.locator("body").innerText()).contains(HOSTILE + "/" + HOSTILE);
    assertThat(page.locator("img").count()).isZero();
    assertThat(page.locator("script").count()).isEqualTo(3); // the data, the library, ours
    assertThat(complaints).isEmpty();
  }

  @Test
  void aScriptThatGotInSomeOtherWayMayNotRun() throws IOException {
    Page page = open(DESK, ColorScheme.LIGHT, SampleAnswers.chat());
    page.evaluate(
        """
        () => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'owned'";
          document.body.append(script);
        }
        """);
    assertThat(page.title()).startsWith("Breakeven report");
    assertThat(complaints).anyMatch(c -> c.contains("Content Security Policy"));
  }

  @Test
  void onPaperADarkPageIsLightAndItsCurvesFit() throws IOException {
    Page page = open(DESK, ColorScheme.DARK, SampleAnswers.chat());
    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
    page.setViewportSize(718, 1000); // A4 less its margins
    page.evaluate("dispatchEvent(new Event('beforeprint'))");
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(718);
    assertThat(page.locator("#policy-1 summary").first().isVisible()).isFalse();
    assertThat((int) page.evaluate("document.querySelector('canvas').clientWidth"))
        .isBetween(600, 718);
  }

  @Test
  void withoutScriptsEveryFigureIsStillThere() throws IOException {
    Browser.NewContextOptions options = new Browser.NewContextOptions().setJavaScriptEnabled(false);
    Page page = open(options, SampleAnswers.chat());
    assertThat(page.locator(".noscript").isVisible()).isTrue();
    page.locator("section:has(#policy-1-traffic) summary").click();
    assertThat(page.locator("section:has(#policy-1-traffic) tbody tr").count()).isEqualTo(168);
  }

  private static ReportedPolicy[] everything() {
    return new ReportedPolicy[] {
      SampleAnswers.chat(), SampleAnswers.unknown(), SampleAnswers.saying(HOSTILE)
    };
  }

  private Page open(int width, ColorScheme scheme, ReportedPolicy... policies) throws IOException {
    return open(
        new Browser.NewContextOptions().setViewportSize(width, 800).setColorScheme(scheme),
        policies);
  }

  private Page open(Browser.NewContextOptions options, ReportedPolicy... policies)
      throws IOException {
    return open(options, "", policies);
  }

  /**
   * @param beforehand a script that runs before those of the page
   */
  private Page open(
      Browser.NewContextOptions options, String beforehand, ReportedPolicy... policies)
      throws IOException {
    return openPage(options, beforehand, HtmlReport.of(List.of(policies)));
  }

  private Page openPage(Browser.NewContextOptions options, String beforehand, String html)
      throws IOException {
    Path file = DIRECTORY.resolve("report.html");
    Files.writeString(file, html);
    BrowserContext context = CHROMIUM.browser().newContext(options);
    contexts.add(context);
    context.addInitScript(beforehand);
    Page page = context.newPage();
    page.onConsoleMessage(
        m -> {
          if (m.type().equals("error") || m.type().equals("warning")) {
            complaints.add(m.text());
          }
        });
    page.onPageError(complaints::add);
    page.onRequest(r -> requests.add(r.url()));
    page.navigate(file.toUri().toString());
    return page;
  }
}
