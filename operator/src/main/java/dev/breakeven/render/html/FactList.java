package dev.breakeven.render.html;

import java.util.List;

/** Facts that stand together. */
record FactList(List<Fact> rows) {
  FactList {
    rows = List.copyOf(rows);
  }
}
