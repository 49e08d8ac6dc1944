package dev.breakeven.report;

import java.util.List;

/** Facts that stand together. */
record FactList(List<Fact> rows) {
  FactList {
    rows = List.copyOf(rows);
  }
}
