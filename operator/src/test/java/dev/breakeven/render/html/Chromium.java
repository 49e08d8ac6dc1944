package dev.breakeven.render.html;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The machine's browser, headless, for the tests of one class. Nothing is downloaded. */
final class Chromium implements BeforeAllCallback, AfterAllCallback {

  private @Nullable Playwright playwright;
  private @Nullable Browser browser;

  /** The browser; a test opens its own contexts in it. */
  Browser browser() {
    return Objects.requireNonNull(browser, "the browser has not been started");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  void start() {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(dev.breakeven.testing.Browser.path())
                    .setHeadless(true)
                    .setArgs(List.of("--disable-gpu", "--disable-quic")));
  }

  void close() {
    if (playwright != null) {
      playwright.close();
    }
  }
}
