package dev.breakeven.catalogue;

import java.util.List;

/** What the catalogue has for a model on some GPUs. */
public sealed interface CatalogueMatch {

  /** What of a question the catalogue does not know. */
  enum Unlisted {
    MODEL,
    GPU_PRODUCT,
    GPUS_PER_REPLICA,
    PRECISION
  }

  /** The very thing. */
  record Listed(CatalogueEntry entry) implements CatalogueMatch {}

  /**
   * Not listed.
   *
   * @param unlisted what of it, the first in the order model, GPU, GPUs per replica, precision
   * @param nearest up to three entries that come nearest, the nearest first; empty where none
   *     shares model or GPU
   */
  record NotListed(Unlisted unlisted, List<CatalogueEntry> nearest) implements CatalogueMatch {
    public NotListed {
      nearest = List.copyOf(nearest);
    }
  }
}
