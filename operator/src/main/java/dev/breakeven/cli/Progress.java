package dev.breakeven.cli;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long command is, on standard error and only for a person at a terminal. */
final class Progress {

  private Progress() {}

  @SuppressWarnings("SystemConsoleNull") // JDK 22 and newer: the bar is drawn into files as well
  static ProgressBar of(String task, int steps) {
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
