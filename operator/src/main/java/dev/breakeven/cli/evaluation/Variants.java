package dev.breakeven.cli.evaluation;

import dev.breakeven.api.RateCard;
import dev.breakeven.api.manifest.Manifests;
import java.util.List;

/** What is evaluated beside the policies as they are: changed ones, or other rate cards. */
@FunctionalInterface
public interface Variants {

  /** None. */
  Variants NONE = (now, cards) -> new Manifests(List.of(), List.of());

  /**
   * The policies to evaluate too, and all cards for them.
   *
   * @param now the policies as they are, evaluated
   * @param cards the cards that they were evaluated with
   */
  Manifests of(List<EvaluatedPolicy> now, List<RateCard> cards);
}
