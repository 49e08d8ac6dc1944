package dev.breakeven.render.html;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Clip;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;

/**
 * {@code Pictures REPORT.html DIRECTORY}: the pictures in README, of the first policy in a report:
 * what a month costs in the light, where own GPUs break even in the dark. examples/pictures/take.sh
 * runs it on the demo's report.
 */
final class Pictures {

  private static final int WIDTH = 900;
  private static final int MARGIN = 12;

  private Pictures() {}

  /** Takes both. */
  public static void main(String[] arguments) {
    Path report = Path.of(arguments[0]).toAbsolutePath();
    Path directory = Path.of(arguments[1]);
    Chromium chromium = new Chromium();
    chromium.start();
    try {
      Browser browser = chromium.browser();
      Page light = open(browser, report, ColorScheme.LIGHT);
      take(light, "header.page", "#policy-1 section:has(.bar)", directory.resolve("report.png"));
      Page dark = open(browser, report, ColorScheme.DARK);
      take(
          dark,
          "section:has([data-plot=breakeven])",
          "section:has([data-plot=breakeven]) figure",
          directory.resolve("breakeven.png"));
    } finally {
      chromium.close();
    }
  }

  private static Page open(Browser browser, Path report, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(WIDTH, 1200).setColorScheme(scheme));
    Page page = context.newPage();
    page.navigate(report.toUri().toString());
    page.waitForFunction("document.querySelectorAll('[data-plot] canvas').length >= 3");
    return page;
  }

  /** The page from the top of one element to the bottom of another. */
  private static void take(Page page, String from, String to, Path file) {
    Locator first = page.locator(from).first();
    Locator last = page.locator(to).first();
    double top = Math.max(0, first.boundingBox().y - MARGIN);
    double bottom = last.boundingBox().y + last.boundingBox().height + MARGIN;
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setClip(new Clip(0, top, WIDTH, bottom - top))
            .setPath(file));
  }
}
