package dev.breakeven.advice.following;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is advised step by step where the load is followed: the number that the {@link PlanReplay
 * plan} wants. Where too little is known for a verdict, or where own GPUs are the answer at one end
 * of the capacity's interval and not at the other, the number that is held stays. Two rules come
 * before the plan:
 *
 * <ul>
 *   <li>What left tokens unserved over the last window cannot win: the number is held that would
 *       have served everything at the least cost.
 *   <li>The plan gives up what runs for good only where the API costs less than going on so.
 * </ul>
 *
 * <p>Operator, proof and backtest all advise by it.
 *
 * <p>The plan is replayed at the best estimate of the capacity and at either end, step by step,
 * each on the same load as it would be at that capacity.
 */
public final class AdvisedReplay {

  /** Relative error of a recorded rate, several times. */
  private static final double ROUNDING = 1e-6;

  private final List<PlanReplay> plans; // the first at the best estimate
  private final EvidenceCheck evidence;
  private final ReplicaSimulator advised;
  private final ReplicasByStep advisedByStep;
  private final int lookedBackFrom;
  private int firstServing;
  private final ReplicaCostModel terms;
  private final boolean sameDirection;
  private final Planning planning;
  private final boolean mayBurst;
  private final int windowSteps;
  private final double stepHours;
  private final LoadColumns past; // at the best estimate
  private int lastShort = -1; // the last step in which what was advised left tokens unserved
  private boolean agreed = true;
  private boolean isOwn;
  private int step;

  /**
   * All that a replay depends on besides the past.
   *
   * @param terms what replicas cost and carry
   * @param planning window, hold, lead and the coverage that a verdict needs
   * @param mayBurst whether anything may go to the API; else all is to be served
   * @param stepSeconds length of a step, seconds
   * @param leastSpan of the past before anything is advised
   * @param sameDirection see {@link Planner.Ends}
   */
  public record Setting(
      ReplicaCostModel terms,
      Planning planning,
      boolean mayBurst,
      int stepSeconds,
      Duration leastSpan,
      boolean sameDirection) {}

  /** The state after some steps: of each plan, and what was advised. */
  record Checkpoint(
      List<ReplayCheckpoint> plans,
      ReplayCheckpoint.Held advised,
      int firstKnown,
      int firstServing) {
    static final Checkpoint NOTHING =
        new Checkpoint(List.of(), ReplayCheckpoint.Held.NOTHING, -1, Integer.MAX_VALUE);

    int steps() {
      return plans.isEmpty() ? 0 : plans.get(0).steps();
    }

    int from() {
      return plans.isEmpty() ? 0 : plans.get(0).from();
    }
  }

  /**
   * A replay of which no step has begun.
   *
   * @param pasts that it will walk, by capacity, the best estimate first
   */
  public AdvisedReplay(Setting setting, List<LoadColumns> pasts) {
    this(setting, Checkpoint.NOTHING, fresh(setting, pasts.size()), pasts.get(0));
  }

  private AdvisedReplay(
      Setting setting, Checkpoint lived, List<PlanReplay> plans, LoadColumns past) {
    this.plans = plans;
    this.past = past;
    terms = setting.terms();
    sameDirection = setting.sameDirection();
    planning = setting.planning();
    mayBurst = setting.mayBurst();
    stepHours = setting.stepSeconds() / 3600.0;
    StepTerms steps = StepTerms.of(terms, setting.planning(), setting.stepSeconds());
    windowSteps = steps.windowSteps();
    evidence =
        new EvidenceCheck(
            windowSteps,
            (int) Math.ceil(setting.leastSpan().toSeconds() / (double) setting.stepSeconds()),
            setting.planning().minCoveragePercent() / 100,
            lived.from(),
            lived.firstKnown());
    advised = new ReplicaSimulator(1, steps.holdSteps(), steps.leadSteps());
    if (lived.steps() > 0) {
      advised.goOn(lived.steps(), lived.advised().state());
    }
    advisedByStep = new ReplicasByStep(lived.advised());
    lookedBackFrom = lived.from();
    firstServing = lived.firstServing();
    step = lived.steps();
  }

  private static List<PlanReplay> fresh(Setting setting, int capacities) {
    List<PlanReplay> plans = new ArrayList<>();
    for (int i = 0; i < capacities; i++) {
      plans.add(
          new PlanReplay(
              setting.terms(), setting.planning(), setting.mayBurst(), setting.stepSeconds()));
    }
    return plans;
  }

  /** A replay that continues from a checkpoint of these pasts. */
  static AdvisedReplay goingOn(Setting setting, Checkpoint lived, List<LoadColumns> pasts) {
    if (lived.steps() == 0) {
      return new AdvisedReplay(setting, pasts);
    }
    List<PlanReplay> plans = new ArrayList<>();
    for (int i = 0; i < pasts.size(); i++) {
      plans.add(
          PlanReplay.goingOn(
              setting.terms(),
              setting.planning(),
              setting.mayBurst(),
              setting.stepSeconds(),
              lived.plans().get(i),
              pasts.get(i)));
    }
    AdvisedReplay replay = new AdvisedReplay(setting, lived, plans, pasts.get(0));
    for (int i = lived.from(); i < lived.steps(); i++) {
      replay.learn(i, replay.held(i), replay.ready(i));
    }
    return replay;
  }

  /** Begins with what runs when the first step begins; to be said before it. */
  public void startWith(int replicas) {
    advised.startWith(0, Math.min(replicas, terms.maxReplicas()));
    plans.forEach(plan -> plan.startWith(replicas));
  }

  /** Begins the next step: replicas to hold in it, paid for from its start. */
  public int begin() {
    PlanReplay best = plans.get(0);
    int wanted = best.begin();
    agreed = true;
    for (int end = 1; end < plans.size(); end++) {
      PlanReplay atAnEnd = plans.get(end);
      int other = atAnEnd.begin();
      agreed &= atAnEnd.isOwn() == best.isOwn();
      agreed &= !sameDirection || direction(other) == direction(wanted);
    }
    isOwn = best.isOwn();
    if (step > 0) {
      wanted = agreed && evidence.isEnough() ? allowed(best, wanted) : unchanged(best);
    }
    advised.want(0, wanted);
    advised.begin();
    advisedByStep.add(advised.held(0), advised.ready(0));
    if (step < firstServing && terms.serving(advised.ready(0)) > 0) {
      firstServing = step;
    }
    step++;
    return advised.held(0);
  }

  /** What is held stays, and what must be served is. */
  private int unchanged(PlanReplay best) {
    return Math.max(advised.held(0), best.leastHeld());
  }

  /** What the plan wants, unless a rule keeps it from winning. */
  private int allowed(PlanReplay best, int wanted) {
    if (lastShort >= step - windowSteps && lastShort >= 0) {
      isOwn = true;
      return best.canServeAll() ? cheapestServingAll(best.leastHeld()) : unchanged(best);
    }
    int now = advised.held(0);
    return wanted == 0
            && now > 0
            && !best.isOwn()
            && !Double.isNaN(past.ran(step - 1))
            && costsNoMore(now)
        ? now
        : wanted;
  }

  private WindowCosts lastWindow() {
    return new WindowCosts(past, Math.max(0, step - windowSteps), step, terms, stepHours);
  }

  /** The number that is held, where another would save less than what a change is worth. */
  private int cheapestServingAll(int least) {
    if (!mayBurst) {
      return least;
    }
    WindowCosts costs = lastWindow();
    int now = advised.held(0);
    int cheapest = costs.cheapest(least, terms.maxReplicas(), now);
    double paid = costs.holding(now);
    double saved = paid - costs.holding(cheapest);
    return now >= least && saved * 100 < planning.minSavingPercent() * paid ? now : cheapest;
  }

  /** Whether going on with what runs, without headroom if need be, costs no more than the API. */
  private boolean costsNoMore(int replicas) {
    WindowCosts costs = lastWindow();
    return costs.goingOn(replicas, planning.review()) <= costs.holding(0);
  }

  private int direction(int wanted) {
    return Integer.signum(wanted - advised.held(0));
  }

  /** Of the replicas held in the present step, those that have finished loading. */
  public int ready() {
    return advised.ready(0);
  }

  /** Whether own GPUs are the answer in the present step; not where they only stay as they run. */
  public boolean isOwn() {
    return isOwn;
  }

  /** Whether own GPUs or the API is the answer at every capacity alike, in the present step. */
  public boolean isSameAtAllCapacities() {
    return agreed;
  }

  /**
   * The present step ended.
   *
   * @param pasts of which it is a step, by capacity
   * @param at its place in them
   */
  public void end(List<LoadColumns> pasts, int at) {
    for (int i = 0; i < plans.size(); i++) {
      pasts.get(i).end(at, plans.get(i));
    }
    learn(at, advised.held(0), advised.ready(0));
  }

  private void learn(int at, int held, int ready) {
    evidence.add(past.isKnown(at));
    if (past.isKnown(at) && isShort(at, held, ready)) {
      lastShort = at;
    }
  }

  /** Whether a step left tokens that found neither a replica nor room at the API. */
  private boolean isShort(int at, int held, int ready) {
    double must = mayBurst ? past.mustServe(at) : past.load(at);
    double sentAway = past.load(at) - past.ownLoad(at);
    double carried =
        past.ran(at) == held
            ? sentAway + Math.min(past.ownLoad(at), terms.sizeOf(held))
            : terms.usable(ready);
    return must > carried * (1 + ROUNDING);
  }

  /** Replicas advised in a step, one of those that are looked back on. */
  int held(int inStep) {
    return advisedByStep.replicas(inStep - lookedBackFrom);
  }

  /** Replicas held in a step that had finished loading. */
  int ready(int inStep) {
    return advisedByStep.ready(inStep - lookedBackFrom);
  }

  /** The first step in which a replica served; {@link Integer#MAX_VALUE} where none has. */
  int firstServing() {
    return firstServing;
  }

  /** What the plan at one of the capacities would have held, whatever is advised. */
  PlanReplay plan(int capacity) {
    return plans.get(capacity);
  }

  /** A checkpoint; to be asked between two steps. */
  Checkpoint lived() {
    List<ReplayCheckpoint> checkpoints = plans.stream().map(PlanReplay::lived).toList();
    return new Checkpoint(
        checkpoints,
        advisedByStep.lived(checkpoints.get(0).from() - lookedBackFrom, advised),
        evidence.firstKnown(),
        firstServing);
  }
}
