package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Verdict;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;
import dev.breakeven.reason.NamedSentence;
import dev.breakeven.reason.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Scale or burst, given the verdict: an ordered list of rules, of which the first that applies
 * decides.
 */
public final class ActionRules {

  /** Why an action is advised. */
  public enum Reason implements NamedReason {
    API_COSTS_LESS("APICostsLess"),
    API_MODELS_NEEDED("APIModelsNeeded"),
    BURSTING_COSTS_LESS("BurstingCostsLess"),
    BURSTING_COSTS_LESS_NOW("BurstingCostsLessNow"),
    CAPACITY_NEEDED("CapacityNeeded"),
    SCALED_ALREADY("ScaledAlready"),
    HEADROOM_USED("HeadroomUsed"),
    LAST_REPLICA_DOES_NOT_PAY("LastReplicaDoesNotPay"),
    LOAD_FALLS("LoadFalls"),
    LOAD_RISES("LoadRises"),
    NEXT_REPLICA_PAYS("NextReplicaPays"),
    NOTHING_PAYS_NOW("NothingPaysNow"),
    NOTHING_TO_RUN("NothingToRun"),
    REPLICA_BOUNDS("ReplicaBounds"),
    RIGHT_SIZE("RightSize"),
    SELF_HOSTING_PAYS("SelfHostingPays"),
    UNDECIDED("Undecided");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** What the rules say. */
  public enum Sentence implements NamedSentence {
    VERDICT_UNKNOWN,
    NOTHING_TO_RUN,
    START_REPLICAS,
    STOP_ALL_API_COSTS_LESS,
    STOP_ALL_API_MODELS_NEEDED,
    HOLD_NONE_FOR_NOW,
    LOAD_RISES,
    LOAD_FALLS,
    NEXT_REPLICA_BUYS_HEADROOM,
    NEXT_REPLICA_PAYS,
    NEXT_REPLICA_MUST_SERVE,
    LAST_REPLICA_DOES_NOT_PAY,
    LAST_REPLICA_IS_COMMITTED,
    API_LIMITS_LEAVE,
    SCALE_INTO_BOUNDS_UP,
    SCALE_INTO_BOUNDS_DOWN,
    LAST_REPLICA_MUST_SERVE,
    NEXT_REPLICA_DOES_NOT_PAY,
    NEXT_REPLICA_DOES_NOT_PAY_NOW,
    SCALING_IS_LEFT,
    SIZE_IS_RIGHT,
    SIZE_IS_RIGHT_WITHOUT_HEADROOM
  }

  /**
   * What the rules look at.
   *
   * @param runsAtTimes whether replicas run now, or at other times where something scales them
   */
  public record Case(
      VerdictDecision decision,
      int replicasNow,
      boolean runsAtTimes,
      Estimate<Marginal> marginal,
      boolean headroomUsed) {

    /** A case in which headroom is kept and nothing scales the replicas. */
    public Case(VerdictDecision decision, int replicasNow, Estimate<Marginal> marginal) {
      this(decision, replicasNow, replicasNow > 0, marginal, false);
    }

    int advised() {
      return decision instanceof VerdictDecision.Serve serve ? serve.replicas() : replicasNow;
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
      NamedSentence cause = decision.message().cause();
      return cause == DecidingConstraint.Sentence.MINIMUM_KEEPS_REPLICAS
          || cause == DecidingConstraint.Sentence.MINIMUM_KEEPS_OWN_GPUS;
    }

    boolean decided() {
      return decision instanceof VerdictDecision.Serve;
    }
  }

  private record Named(Action action, Reason reason, Message message) {}

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
        Reason.UNDECIDED,
        () -> Message.of(Sentence.VERDICT_UNKNOWN));
  }

  private static Optional<Named> onlyWhatRunsIsKnownToDo(Case c) {
    return when(
        c.decision().reason() == VerdictRules.Reason.CHEAPER_AS_IT_RUNS,
        Action.HOLD,
        Reason.CAPACITY_NEEDED,
        () -> Message.of(Cause.NUMBER_NEEDS_CAPACITY));
  }

  private static Optional<Named> theScalerIsLeft(Case c) {
    return when(
        c.decision().reason() == VerdictRules.Reason.SCALED_ALREADY,
        Action.HOLD,
        Reason.SCALED_ALREADY,
        () -> Message.of(Sentence.SCALING_IS_LEFT));
  }

  private static Optional<Named> nothingRunsAndNothingShould(Case c) {
    return when(
        !c.runsAtTimes() && c.advised() == 0,
        Action.NONE,
        Reason.NOTHING_TO_RUN,
        () -> Message.of(Sentence.NOTHING_TO_RUN));
  }

  private static Optional<Named> nothingRunsYet(Case c) {
    return when(
        c.replicasNow() == 0 && c.advised() > 0,
        Action.START_SELF_HOSTING,
        Reason.SELF_HOSTING_PAYS,
        () -> Message.of(Sentence.START_REPLICAS, replicas(c.advised())));
  }

  private static Optional<Named> nothingShouldRun(Case c) {
    if (c.decision().reason() == VerdictRules.Reason.API_MODELS_NEEDED) {
      return when(
          c.advised() == 0,
          Action.STOP_SELF_HOSTING,
          Reason.API_MODELS_NEEDED,
          () -> Message.of(Sentence.STOP_ALL_API_MODELS_NEEDED));
    }
    boolean forGood = c.decision().given() == Verdict.API;
    return when(
        c.advised() == 0,
        forGood ? Action.STOP_SELF_HOSTING : Action.SCALE_DOWN,
        forGood ? Reason.API_COSTS_LESS : Reason.NOTHING_PAYS_NOW,
        () -> Message.of(forGood ? Sentence.STOP_ALL_API_COSTS_LESS : Sentence.HOLD_NONE_FOR_NOW));
  }

  /** What runs is outside of what the policy allows, or of what the API's limits leave over. */
  private static Optional<Named> theBoundsDecide(Case c) {
    boolean more = c.advised() > c.replicasNow();
    return when(
        isOutOfBounds(c.decision().message()) && c.advised() != c.replicasNow(),
        more ? Action.SCALE_UP : Action.SCALE_DOWN,
        Reason.REPLICA_BOUNDS,
        () ->
            c.decision().message().cause() == ReviewVerdict.Sentence.REVIEW_API_LIMITS_NEED
                ? Message.of(Sentence.API_LIMITS_LEAVE, replicas(c.advised()))
                : Message.of(
                    more ? Sentence.SCALE_INTO_BOUNDS_UP : Sentence.SCALE_INTO_BOUNDS_DOWN,
                    replicas(c.advised())));
  }

  private static boolean isOutOfBounds(Message decision) {
    return decision.cause() == ReviewVerdict.Sentence.REVIEW_OUT_OF_BOUNDS
        || decision.cause() == ReviewVerdict.Sentence.REVIEW_API_LIMITS_NEED;
  }

  private static Optional<Named> theHeadroomIsUsed(Case c) {
    return when(
        c.headroomUsed() && c.advised() > c.replicasNow() && !c.nextPaysOverTheWindow(),
        Action.SCALE_UP,
        Reason.HEADROOM_USED,
        () ->
            c.isMinimum()
                ? Message.of(Cause.POLICY_KEEPS_AT_LEAST, Parameter.replicas(c.advised()))
                : Message.of(Sentence.NEXT_REPLICA_BUYS_HEADROOM));
  }

  private static Optional<Named> theLoadRises(Case c) {
    return when(
        c.advised() > c.replicasNow() && !c.nextPaysOverTheWindow(),
        Action.SCALE_UP,
        Reason.LOAD_RISES,
        () -> Message.of(Sentence.LOAD_RISES, replicas(c.advised())));
  }

  private static Optional<Named> theLoadFalls(Case c) {
    return when(
        c.advised() < c.replicasNow() && c.lastPaysOverTheWindow(),
        Action.SCALE_DOWN,
        Reason.LOAD_FALLS,
        () -> Message.of(Sentence.LOAD_FALLS, replicas(c.advised())));
  }

  private static Optional<Named> oneMorePays(Case c) {
    return when(
        c.advised() > c.replicasNow(),
        Action.SCALE_UP,
        Reason.NEXT_REPLICA_PAYS,
        () -> nextReplica(c, Sentence.NEXT_REPLICA_PAYS));
  }

  private static Optional<Named> theLastDoesNotPay(Case c) {
    return when(
        c.advised() < c.replicasNow(),
        Action.SCALE_DOWN,
        Reason.LAST_REPLICA_DOES_NOT_PAY,
        () ->
            marginal(
                c,
                Sentence.LAST_REPLICA_MUST_SERVE,
                m ->
                    m.lastReplicaPerHour().amount().signum() == 0
                        ? Message.of(Sentence.LAST_REPLICA_IS_COMMITTED, replicas(c.advised()))
                        : Message.of(
                            Sentence.LAST_REPLICA_DOES_NOT_PAY,
                            money(m.lastReplicaPerHour()),
                            money(m.lastReplicaCarriesPerHour()))));
  }

  private static Optional<Named> theRestBursts(Case c) {
    return when(
        c.decision().given() == Verdict.HYBRID && !c.nextPaysOverTheWindow(),
        Action.BURST,
        Reason.BURSTING_COSTS_LESS,
        () -> nextReplica(c, Sentence.NEXT_REPLICA_DOES_NOT_PAY));
  }

  private static Optional<Named> theRestBurstsForNow(Case c) {
    return when(
        c.decision().given() == Verdict.HYBRID,
        Action.BURST,
        Reason.BURSTING_COSTS_LESS_NOW,
        () -> Message.of(Sentence.NEXT_REPLICA_DOES_NOT_PAY_NOW));
  }

  private static Optional<Named> itIsRight(Case c) {
    return Optional.of(
        new Named(
            Action.HOLD,
            Reason.RIGHT_SIZE,
            Message.of(
                c.headroomUsed() ? Sentence.SIZE_IS_RIGHT_WITHOUT_HEADROOM : Sentence.SIZE_IS_RIGHT,
                replicas(c.replicasNow()))));
  }

  private static Message nextReplica(Case c, Sentence cause) {
    return marginal(
        c,
        Sentence.NEXT_REPLICA_MUST_SERVE,
        m -> Message.of(cause, money(m.nextReplicaPerHour()), money(m.overflowSavedPerHour())));
  }

  private static Message marginal(Case c, Sentence unknown, Function<Marginal, Message> known) {
    if (c.marginal() instanceof Estimate.NotFound<Marginal> notFound) {
      return Message.of(unknown, clause(notFound.why().message()));
    }
    return known.apply(((Estimate.Found<Marginal>) c.marginal()).value());
  }

  private static Parameter money(Money money) {
    return amount(money.value(), money.currency());
  }

  private static Optional<Named> when(
      boolean speaks, Action action, Reason reason, Supplier<Message> message) {
    return speaks ? Optional.of(new Named(action, reason, message.get())) : Optional.empty();
  }
}
