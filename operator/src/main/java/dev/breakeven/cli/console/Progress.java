package dev.breakeven.cli.console;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long command is, on standard error and only for a person at a terminal. */
public final class Progress {

  private Progress() {}

  @SuppressWarnings("SystemConsoleNull") // JDK 22 and newer: the bar is drawn into files as well
  public static ProgressBar of(String task, int steps) {
    ProgressBarBuilder bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .clearDisplayOnFinish();
    if (System.console() == null) {
      bar.setConsumer(new DelegatingProgressBarConsumer(line -> {}));
    }
    return bar.build();
  }
}
