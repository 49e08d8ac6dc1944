package dev.breakeven.advice.decision;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Phrases;
import dev.breakeven.advice.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Scale or burst: an ordered list of rules of which the first that speaks wins, given the verdict.
 */
public final class ActionRules {

  /** What the rules look at. */
  public record Case(VerdictDecision ruling, int replicasNow, Estimate<Marginal> marginal) {

    int advised() {
      return ruling instanceof VerdictDecision.Serve serve ? serve.replicas() : replicasNow;
    }

    /** Whether the whole window, and not only the load of the last hours, asks for another one. */
    boolean nextPaysOverTheWindow() {
      return !(marginal instanceof Estimate.Found<Marginal> found)
          || found.value().overflowSavedPerHour().value()
              >= found.value().nextReplicaPerHour().value();
    }

    boolean lastPaysOverTheWindow() {
      return marginal instanceof Estimate.Found<Marginal> found
          && found.value().lastReplicaCarriesPerHour().value()
              > found.value().lastReplicaPerHour().value();
    }

    boolean decided() {
      return ruling instanceof VerdictDecision.Serve;
    }
  }

  private record Named(Action action, String reason, String message) {}

  private static final List<Function<Case, Optional<Named>>> RULES =
      List.of(
          ActionRules::nothingIsKnown,
          ActionRules::nothingRunsAndNothingShould,
          ActionRules::nothingRunsYet,
          ActionRules::nothingShouldRun,
          ActionRules::theLoadRises,
          ActionRules::oneMorePays,
          ActionRules::theLoadFalls,
          ActionRules::theLastDoesNotPay,
          ActionRules::theRestBursts,
          ActionRules::theRestBurstsForNow,
          ActionRules::itIsRight);

  private ActionRules() {}

  public static Recommendation recommend(Case given, Advice.BurstPoint burst) {
    Named named =
        RULES.stream()
            .map(rule -> rule.apply(given))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow();
    return new Recommendation(
        named.action(),
        named.reason(),
        named.message(),
        given.replicasNow(),
        given.advised(),
        burst,
        given.marginal());
  }

  private static Optional<Named> nothingIsKnown(Case c) {
    return when(
        !c.decided(),
        c.replicasNow() > 0 ? Action.HOLD : Action.NONE,
        "Undecided",
        () -> "leave what runs until the verdict is known");
  }

  private static Optional<Named> nothingRunsAndNothingShould(Case c) {
    return when(
        c.replicasNow() == 0 && c.advised() == 0,
        Action.NONE,
        "NothingToRun",
        () -> "nothing runs and nothing should");
  }

  private static Optional<Named> nothingRunsYet(Case c) {
    return when(
        c.replicasNow() == 0,
        Action.START_SELF_HOSTING,
        "SelfHostingPays",
        () -> "start " + Phrases.replicas(c.advised()));
  }

  private static Optional<Named> nothingShouldRun(Case c) {
    boolean forGood = c.ruling().given() == Verdict.API;
    return when(
        c.advised() == 0,
        forGood ? Action.STOP_SELF_HOSTING : Action.SCALE_DOWN,
        forGood ? "APICostsLess" : "NothingPaysNow",
        () ->
            forGood
                ? "stop all replicas; the API costs less"
                : "hold no replica until the load comes back");
  }

  private static Optional<Named> theLoadRises(Case c) {
    return when(
        c.advised() > c.replicasNow() && !c.nextPaysOverTheWindow(),
        Action.SCALE_UP,
        "LoadRises",
        () ->
            "one more replica would not pay over the window and does at the load that is to come:"
                + " hold "
                + Phrases.replicas(c.advised()));
  }

  private static Optional<Named> theLoadFalls(Case c) {
    return when(
        c.advised() < c.replicasNow() && c.lastPaysOverTheWindow(),
        Action.SCALE_DOWN,
        "LoadFalls",
        () ->
            "the last replica pays over the window and does not at the load that is to come: hold "
                + Phrases.replicas(c.advised()));
  }

  private static Optional<Named> oneMorePays(Case c) {
    return when(
        c.advised() > c.replicasNow(),
        Action.SCALE_UP,
        "NextReplicaPays",
        () ->
            "one more replica "
                + marginal(
                    c,
                    m ->
                        "costs "
                            + Phrases.money(m.nextReplicaPerHour())
                            + " an hour and takes over "
                            + Phrases.money(m.overflowSavedPerHour())
                            + " of API traffic"));
  }

  private static Optional<Named> theLastDoesNotPay(Case c) {
    return when(
        c.advised() < c.replicasNow(),
        Action.SCALE_DOWN,
        "LastReplicaDoesNotPay",
        () ->
            "the last replica "
                + marginal(
                    c,
                    m ->
                        "costs "
                            + Phrases.money(m.lastReplicaPerHour())
                            + " an hour and carries "
                            + Phrases.money(m.lastReplicaCarriesPerHour())
                            + " of API traffic"));
  }

  private static Optional<Named> theRestBursts(Case c) {
    return when(
        c.ruling().given() == Verdict.HYBRID && !c.nextPaysOverTheWindow(),
        Action.BURST,
        "BurstingCostsLess",
        () ->
            "one more replica "
                + marginal(
                    c,
                    m ->
                        "costs "
                            + Phrases.money(m.nextReplicaPerHour())
                            + " an hour and would take over only "
                            + Phrases.money(m.overflowSavedPerHour())
                            + " of API traffic"));
  }

  private static Optional<Named> theRestBurstsForNow(Case c) {
    return when(
        c.ruling().given() == Verdict.HYBRID,
        Action.BURST,
        "BurstingCostsLessNow",
        () ->
            "one more replica would pay over the window and does not at the load that is to come");
  }

  private static Optional<Named> itIsRight(Case c) {
    return Optional.of(
        new Named(
            Action.HOLD, "RightSize", "it takes what runs, " + Phrases.replicas(c.replicasNow())));
  }

  private static String marginal(Case c, Function<Marginal, String> words) {
    if (c.marginal() instanceof Estimate.NotFound<Marginal> notFound) {
      return "is judged by what must be served: " + notFound.why().message();
    }
    return words.apply(((Estimate.Found<Marginal>) c.marginal()).value());
  }

  private static Optional<Named> when(
      boolean speaks, Action action, String reason, Supplier<String> message) {
    return speaks ? Optional.of(new Named(action, reason, message.get())) : Optional.empty();
  }
}
