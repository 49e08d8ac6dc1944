package dev.breakeven.prometheus;

import java.util.Collection;

/** Puts questions to a source. */
interface Asker {

  /** One question; what comes of it is a value, whatever happens. */
  Answer ask(ApiRequest request, SeriesSink sink);

  /** Runs pieces of work side by side and waits for all. */
  void together(Collection<Runnable> work);
}
