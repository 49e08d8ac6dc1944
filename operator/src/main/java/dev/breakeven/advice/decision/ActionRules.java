package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.ActionReason;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.VerdictReason;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Scale or burst: an ordered list of rules of which the first that speaks wins, given the verdict.
 */
public final class ActionRules {

  /**
   * What the rules look at.
   *
   * @param runsAtTimes whether replicas run now, or at other times where something scales them
   */
  public record Case(
      VerdictDecision ruling,
      int replicasNow,
      boolean runsAtTimes,
      Estimate<Marginal> marginal,
      boolean headroomUsed) {

    /** Where what runs keeps its headroom, and nothing scales it. */
    public Case(VerdictDecision ruling, int replicasNow, Estimate<Marginal> marginal) {
      this(ruling, replicasNow, replicasNow > 0, marginal, false);
    }

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

    /** Whether the minimum of the policy decided, and nothing that a replica is good for. */
    boolean isMinimum() {
      Cause cause = ruling.message().cause();
      return cause == Cause.MINIMUM_KEEPS_REPLICAS || cause == Cause.MINIMUM_KEEPS_OWN_GPUS;
    }

    boolean decided() {
      return ruling instanceof VerdictDecision.Serve;
    }
  }

  private record Named(Action action, ActionReason reason, Message message) {}

  private static final List<Function<Case, Optional<Named>>> RULES =
      List.of(
          ActionRules::nothingIsKnown,
          ActionRules::onlyWhatRunsIsKnownToDo,
          ActionRules::theScalerIsLeft,
          ActionRules::nothingRunsAndNothingShould,
          ActionRules::nothingRunsYet,
          ActionRules::nothingShouldRun,
          ActionRules::theBoundsDecide,
          ActionRules::theHeadroomIsUsed,
          ActionRules::theLoadRises,
          ActionRules::oneMorePays,
          ActionRules::theLoadFalls,
          ActionRules::theLastDoesNotPay,
          ActionRules::theRestBursts,
          ActionRules::theRestBurstsForNow,
          ActionRules::itIsRight);

  private ActionRules() {}

  public static Recommendation recommend(Case given, Advice.BurstPoint burst, String offer) {
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
        offer,
        given.marginal());
  }

  private static Optional<Named> nothingIsKnown(Case c) {
    return when(
        !c.decided(),
        c.replicasNow() > 0 ? Action.HOLD : Action.NONE,
        ActionReason.UNDECIDED,
        () -> Message.of(Cause.VERDICT_UNKNOWN));
  }

  private static Optional<Named> onlyWhatRunsIsKnownToDo(Case c) {
    return when(
        c.ruling().reason() == VerdictReason.CHEAPER_AS_IT_RUNS,
        Action.HOLD,
        ActionReason.CAPACITY_NEEDED,
        () -> Message.of(Cause.NUMBER_NEEDS_CAPACITY));
  }

  private static Optional<Named> theScalerIsLeft(Case c) {
    return when(
        c.ruling().reason() == VerdictReason.SCALED_ALREADY,
        Action.HOLD,
        ActionReason.SCALED_ALREADY,
        () -> Message.of(Cause.SCALING_IS_LEFT));
  }

  private static Optional<Named> nothingRunsAndNothingShould(Case c) {
    return when(
        !c.runsAtTimes() && c.advised() == 0,
        Action.NONE,
        ActionReason.NOTHING_TO_RUN,
        () -> Message.of(Cause.NOTHING_TO_RUN));
  }

  private static Optional<Named> nothingRunsYet(Case c) {
    return when(
        c.replicasNow() == 0 && c.advised() > 0,
        Action.START_SELF_HOSTING,
        ActionReason.SELF_HOSTING_PAYS,
        () -> Message.of(Cause.START_REPLICAS, replicas(c.advised())));
  }

  private static Optional<Named> nothingShouldRun(Case c) {
    if (c.ruling().reason() == VerdictReason.API_MODELS_NEEDED) {
      return when(
          c.advised() == 0,
          Action.STOP_SELF_HOSTING,
          ActionReason.API_MODELS_NEEDED,
          () -> Message.of(Cause.STOP_ALL_API_MODELS_NEEDED));
    }
    boolean forGood = c.ruling().given() == Verdict.API;
    return when(
        c.advised() == 0,
        forGood ? Action.STOP_SELF_HOSTING : Action.SCALE_DOWN,
        forGood ? ActionReason.API_COSTS_LESS : ActionReason.NOTHING_PAYS_NOW,
        () -> Message.of(forGood ? Cause.STOP_ALL_API_COSTS_LESS : Cause.HOLD_NONE_FOR_NOW));
  }

  /** What runs is outside of what the policy allows, or of what the API's limits leave over. */
  private static Optional<Named> theBoundsDecide(Case c) {
    boolean more = c.advised() > c.replicasNow();
    return when(
        isOutOfBounds(c.ruling().message()) && c.advised() != c.replicasNow(),
        more ? Action.SCALE_UP : Action.SCALE_DOWN,
        ActionReason.REPLICA_BOUNDS,
        () ->
            c.ruling().message().cause() == Cause.REVIEW_API_LIMITS_NEED
                ? Message.of(Cause.API_LIMITS_LEAVE, replicas(c.advised()))
                : Message.of(
                    more ? Cause.SCALE_INTO_BOUNDS_UP : Cause.SCALE_INTO_BOUNDS_DOWN,
                    replicas(c.advised())));
  }

  private static boolean isOutOfBounds(Message ruling) {
    return ruling.cause() == Cause.REVIEW_OUT_OF_BOUNDS
        || ruling.cause() == Cause.REVIEW_API_LIMITS_NEED;
  }

  private static Optional<Named> theHeadroomIsUsed(Case c) {
    return when(
        c.headroomUsed() && c.advised() > c.replicasNow() && !c.nextPaysOverTheWindow(),
        Action.SCALE_UP,
        ActionReason.HEADROOM_USED,
        () ->
            c.isMinimum()
                ? Message.of(Cause.POLICY_KEEPS_AT_LEAST, Parameter.replicas(c.advised()))
                : Message.of(Cause.NEXT_REPLICA_BUYS_HEADROOM));
  }

  private static Optional<Named> theLoadRises(Case c) {
    return when(
        c.advised() > c.replicasNow() && !c.nextPaysOverTheWindow(),
        Action.SCALE_UP,
        ActionReason.LOAD_RISES,
        () -> Message.of(Cause.LOAD_RISES, replicas(c.advised())));
  }

  private static Optional<Named> theLoadFalls(Case c) {
    return when(
        c.advised() < c.replicasNow() && c.lastPaysOverTheWindow(),
        Action.SCALE_DOWN,
        ActionReason.LOAD_FALLS,
        () -> Message.of(Cause.LOAD_FALLS, replicas(c.advised())));
  }

  private static Optional<Named> oneMorePays(Case c) {
    return when(
        c.advised() > c.replicasNow(),
        Action.SCALE_UP,
        ActionReason.NEXT_REPLICA_PAYS,
        () -> nextReplica(c, Cause.NEXT_REPLICA_PAYS));
  }

  private static Optional<Named> theLastDoesNotPay(Case c) {
    return when(
        c.advised() < c.replicasNow(),
        Action.SCALE_DOWN,
        ActionReason.LAST_REPLICA_DOES_NOT_PAY,
        () ->
            marginal(
                c,
                Cause.LAST_REPLICA_MUST_SERVE,
                m ->
                    m.lastReplicaPerHour().amount().signum() == 0
                        ? Message.of(Cause.LAST_REPLICA_IS_COMMITTED, replicas(c.advised()))
                        : Message.of(
                            Cause.LAST_REPLICA_DOES_NOT_PAY,
                            money(m.lastReplicaPerHour()),
                            money(m.lastReplicaCarriesPerHour()))));
  }

  private static Optional<Named> theRestBursts(Case c) {
    return when(
        c.ruling().given() == Verdict.HYBRID && !c.nextPaysOverTheWindow(),
        Action.BURST,
        ActionReason.BURSTING_COSTS_LESS,
        () -> nextReplica(c, Cause.NEXT_REPLICA_DOES_NOT_PAY));
  }

  private static Optional<Named> theRestBurstsForNow(Case c) {
    return when(
        c.ruling().given() == Verdict.HYBRID,
        Action.BURST,
        ActionReason.BURSTING_COSTS_LESS_NOW,
        () -> Message.of(Cause.NEXT_REPLICA_DOES_NOT_PAY_NOW));
  }

  private static Optional<Named> itIsRight(Case c) {
    return Optional.of(
        new Named(
            Action.HOLD,
            ActionReason.RIGHT_SIZE,
            Message.of(
                c.headroomUsed() ? Cause.SIZE_IS_RIGHT_WITHOUT_HEADROOM : Cause.SIZE_IS_RIGHT,
                replicas(c.replicasNow()))));
  }

  private static Message nextReplica(Case c, Cause cause) {
    return marginal(
        c,
        Cause.NEXT_REPLICA_MUST_SERVE,
        m -> Message.of(cause, money(m.nextReplicaPerHour()), money(m.overflowSavedPerHour())));
  }

  private static Message marginal(Case c, Cause unknown, Function<Marginal, Message> known) {
    if (c.marginal() instanceof Estimate.NotFound<Marginal> notFound) {
      return Message.of(unknown, clause(notFound.why().message()));
    }
    return known.apply(((Estimate.Found<Marginal>) c.marginal()).value());
  }

  private static Parameter money(Money money) {
    return amount(money.value(), money.currency());
  }

  private static Optional<Named> when(
      boolean speaks, Action action, ActionReason reason, Supplier<Message> message) {
    return speaks ? Optional.of(new Named(action, reason, message.get())) : Optional.empty();
  }
}
