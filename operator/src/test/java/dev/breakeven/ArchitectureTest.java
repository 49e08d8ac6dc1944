package dev.breakeven;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which package may use which, and what stays outside of the core. */
@AnalyzeClasses(packages = "dev.breakeven", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "dev.breakeven.";
  private static final Set<String> CORE = Set.of("traffic", "price", "capacity", "advice");
  private static final String[] CORE_PACKAGES = {
    ROOT + "traffic..", ROOT + "price..", ROOT + "capacity..", ROOT + "advice.."
  };

  /** Typed reasons: every package may use them, and they use none. */
  private static final String REASON = "reason";

  /**
   * Each top-level package and those that it may use besides itself and {@code reason}. One that is
   * not listed is not allowed.
   */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry(REASON, Set.of()),
          Map.entry("api", Set.of()),
          Map.entry("http", Set.of()),
          Map.entry("traffic", Set.of()),
          Map.entry("price", Set.of("traffic")),
          Map.entry("capacity", Set.of("traffic", "price")),
          Map.entry("advice", Set.of("traffic", "price", "capacity")),
          Map.entry("catalogue", Set.of("traffic", "capacity")),
          Map.entry("benchmark", Set.of("capacity")),
          Map.entry("configuration", Set.of("traffic")),
          Map.entry("pricelist", Set.of("api")),
          Map.entry("requestlog", Set.of("api", "traffic")),
          Map.entry("prometheus", Set.of("http", "traffic", "capacity", "configuration")),
          Map.entry("cluster", Set.of("api", "capacity", "price", "configuration")),
          Map.entry("discovery", Set.of("api", "catalogue", "cluster", "prometheus")),
          Map.entry("terms", with(CORE, "catalogue", "api", "prometheus", "cluster")),
          Map.entry("render", with(CORE, "api", "terms", "cluster")),
          Map.entry(
              "operator",
              with(
                  CORE,
                  "api",
                  "http",
                  "configuration",
                  "prometheus",
                  "cluster",
                  "terms",
                  "render")),
          Map.entry(
              "cli",
              with(
                  CORE,
                  "api",
                  "catalogue",
                  "benchmark",
                  "configuration",
                  "prometheus",
                  "cluster",
                  "discovery",
                  "terms",
                  "render",
                  "operator",
                  "pricelist",
                  "requestlog")));

  /** What the commands share; no command uses another one. */
  private static final Set<String> CLI_SHARED =
      Set.of("cli.console", "cli.input", "cli.cluster", "cli.evaluation");

  /** What all packages below {@code prometheus.collect} may know. */
  private static final Set<String> COLLECTED =
      Set.of(
          "prometheus.query",
          "prometheus.client",
          "prometheus.history",
          "prometheus.target",
          "prometheus.attribution");

  /**
   * Packages within a top-level package, each with those of the same one that it may use besidess
   * the words at its root.
   */
  private static final Map<String, Set<String>> MAY_KNOW_WITHIN =
      Map.ofEntries(
          Map.entry("advice", Set.of()),
          Map.entry("advice.costing", Set.of()),
          Map.entry("advice.interval", Set.of()),
          Map.entry("advice.review", Set.of("advice.costing")),
          Map.entry("advice.following", Set.of("advice.costing")),
          Map.entry(
              "advice.alternatives",
              Set.of("advice.costing", "advice.following", "advice.review", "advice.interval")),
          Map.entry(
              "advice.decision", Set.of("advice.costing", "advice.review", "advice.alternatives")),
          Map.entry(
              "advice.sharing", Set.of("advice.costing", "advice.review", "advice.alternatives")),
          Map.entry(
              "advice.proof",
              Set.of(
                  "advice.costing",
                  "advice.following",
                  "advice.review",
                  "advice.alternatives",
                  "advice.decision")),
          Map.entry(
              "advice.evaluation",
              Set.of(
                  "advice.costing",
                  "advice.interval",
                  "advice.following",
                  "advice.review",
                  "advice.alternatives",
                  "advice.decision",
                  "advice.proof")),
          Map.entry(
              "advice.backtest",
              Set.of(
                  "advice.costing",
                  "advice.following",
                  "advice.review",
                  "advice.decision",
                  "advice.proof",
                  "advice.evaluation")),
          Map.entry("capacity", Set.of()),
          Map.entry("capacity.estimation", Set.of()),
          Map.entry("prometheus.query", Set.of()),
          Map.entry("prometheus.client", Set.of("prometheus.query")),
          Map.entry("prometheus.history", Set.of("prometheus.query", "prometheus.client")),
          Map.entry("prometheus.target", Set.of("prometheus.query", "prometheus.history")),
          Map.entry("prometheus.attribution", Set.of()),
          Map.entry("prometheus.collect.request", COLLECTED),
          Map.entry("prometheus.collect.hourly", COLLECTED),
          Map.entry("prometheus.collect.duplicates", with(COLLECTED, "prometheus.collect.request")),
          Map.entry("prometheus.collect.gateway", with(COLLECTED, "prometheus.collect.duplicates")),
          Map.entry(
              "prometheus.collect.gap",
              with(COLLECTED, "prometheus.collect.request", "prometheus.collect.duplicates")),
          Map.entry(
              "prometheus.collect.pod",
              with(
                  COLLECTED,
                  "prometheus.collect.request",
                  "prometheus.collect.duplicates",
                  "prometheus.collect.gap")),
          Map.entry(
              "prometheus.collect.figure",
              with(
                  COLLECTED,
                  "prometheus.collect.request",
                  "prometheus.collect.duplicates",
                  "prometheus.collect.gap",
                  "prometheus.collect.pod",
                  "prometheus.collect.gateway")),
          Map.entry(
              "prometheus.collect",
              with(
                  COLLECTED,
                  "prometheus.collect.request",
                  "prometheus.collect.hourly",
                  "prometheus.collect.pod",
                  "prometheus.collect.figure",
                  "prometheus.collect.gateway")),
          Map.entry("render.words", Set.of()),
          Map.entry("render.status", Set.of("render.words")),
          Map.entry("render.text", Set.of("render.words")),
          Map.entry("render.html", Set.of("render.words")),
          Map.entry("render.metrics", Set.of()),
          Map.entry("operator.client", Set.of()),
          Map.entry("operator.lease", Set.of()),
          Map.entry("operator.serving", Set.of()),
          Map.entry("operator.evaluation", Set.of()),
          Map.entry("operator.events", Set.of("operator.evaluation")),
          Map.entry(
              "operator.status",
              Set.of("operator.evaluation", "operator.events", "operator.lease")),
          Map.entry("operator.cycle", Set.of("operator.evaluation")),
          Map.entry(
              "operator",
              Set.of(
                  "operator.client",
                  "operator.lease",
                  "operator.serving",
                  "operator.evaluation",
                  "operator.events",
                  "operator.status",
                  "operator.cycle")),
          Map.entry("cli.console", Set.of()),
          Map.entry("cli.input", Set.of()),
          Map.entry("cli.cluster", Set.of("cli.console", "cli.input")),
          Map.entry("cli.evaluation", CLI_SHARED),
          Map.entry("cli.advise", CLI_SHARED),
          Map.entry("cli.backtest", CLI_SHARED),
          Map.entry("cli.capacity", CLI_SHARED),
          Map.entry("cli.demo", with(CLI_SHARED, "cli.report")),
          Map.entry("cli.discover", CLI_SHARED),
          Map.entry("cli.operator", CLI_SHARED),
          Map.entry("cli.prices", CLI_SHARED),
          Map.entry("cli.report", CLI_SHARED),
          Map.entry("cli.traffic", CLI_SHARED),
          Map.entry(
              "cli",
              with(
                  CLI_SHARED,
                  "cli.advise",
                  "cli.backtest",
                  "cli.capacity",
                  "cli.demo",
                  "cli.discover",
                  "cli.operator",
                  "cli.prices",
                  "cli.report",
                  "cli.traffic")));

  @ArchTest
  static final ArchRule everyPackageUsesOnlyThoseItMay =
      classes()
          .should(
              new ArchCondition<JavaClass>(
                  "use only the packages that their top-level package may use") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  String own = topLevelOf(item);
                  Set<String> allowed = MAY_KNOW.get(own);
                  if (allowed == null) {
                    events.add(
                        SimpleConditionEvent.violated(
                            item,
                            item.getName()
                                + " is in a package that ArchitectureTest does not list"));
                    return;
                  }
                  item.getDirectDependenciesFromSelf().stream()
                      .filter(d -> d.getTargetClass().getPackageName().startsWith(ROOT))
                      .filter(
                          d -> {
                            String other = topLevelOf(d.getTargetClass());
                            return !other.equals(own)
                                && !other.equals(REASON)
                                && !allowed.contains(other);
                          })
                      .forEach(
                          d -> events.add(SimpleConditionEvent.violated(item, d.getDescription())));
                }
              });

  @ArchTest
  static final ArchRule packagesWithinAPackageUseEachOtherOneWay =
      classes()
          .should(
              new ArchCondition<JavaClass>("use only the packages beside them that they may") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  Set<String> allowed = MAY_KNOW_WITHIN.get(below(item));
                  if (allowed == null) {
                    return;
                  }
                  item.getDirectDependenciesFromSelf().stream()
                      .filter(d -> d.getTargetClass().getPackageName().startsWith(ROOT))
                      .filter(
                          d -> {
                            String other = below(d.getTargetClass());
                            return MAY_KNOW_WITHIN.containsKey(other)
                                && topLevelOf(d.getTargetClass()).equals(topLevelOf(item))
                                && !other.equals(below(item))
                                && !other.equals(topLevelOf(item))
                                && !allowed.contains(other);
                          })
                      .forEach(
                          d -> events.add(SimpleConditionEvent.violated(item, d.getDescription())));
                }
              });

  @ArchTest
  static final ArchRule howPrometheusIsReadStaysInItsRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "prometheus..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "prometheus.attribution..",
              ROOT + "prometheus.history..",
              ROOT + "prometheus.target..",
              ROOT + "prometheus.collect..");

  @ArchTest
  static final ArchRule theCoreKnowsOnlyJava =
      classes()
          .that()
          .resideInAnyPackage(CORE_PACKAGES)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.time..",
              "java.text..",
              "java.util",
              "java.util.function..",
              "java.util.regex..",
              "java.util.stream..",
              "org.jspecify.annotations..",
              ROOT + "traffic..",
              ROOT + "price..",
              ROOT + "capacity..",
              ROOT + "advice..",
              ROOT + "reason..");

  @ArchTest
  static final ArchRule typedReasonsKnowOnlyJava =
      classes()
          .that()
          .resideInAPackage(ROOT + "reason..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.time..",
              "java.util..",
              "org.jspecify.annotations..",
              ROOT + "reason..");

  @ArchTest
  static final ArchRule onlyWhatTalksToPeoplePutsReasonsIntoWords =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "render..", ROOT + "cli..", ROOT + "operator..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "render.words..");

  @ArchTest
  static final ArchRule theCoreNeverLooksAtTheClock =
      noClasses()
          .that()
          .resideInAnyPackage(CORE_PACKAGES)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .accessTargetWhere(
              new DescribedPredicate<JavaAccess<?>>("it tells the time of day") {
                @Override
                public boolean test(JavaAccess<?> access) {
                  String owner = access.getTargetOwner().getName();
                  String name = access.getName();
                  return (owner.startsWith("java.time.") && name.equals("now"))
                      || (owner.equals("java.lang.System")
                          && Set.of("currentTimeMillis", "nanoTime", "out", "err", "getenv")
                              .contains(name))
                      || owner.equals("java.lang.Thread");
                }
              });

  @ArchTest
  static final ArchRule onlyTheMetricsRoomKnowsThePrometheusClientLibrary =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "render.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..");

  @ArchTest
  static final ArchRule theRoomOfPromqlKnowsNoKubernetes =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "prometheus..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule whatIsDiscoveredFollowsFromWhatWasReadAlone =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "discovery..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client..",
              "com.fasterxml.jackson.databind..",
              "java.net..",
              "java.nio..");

  @ArchTest
  static final ArchRule aClassIsNamedForWhatItIs =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Data")
          .orShould()
          .haveSimpleNameEndingWith("Info");

  private static String below(JavaClass item) {
    return item.getPackageName().substring(ROOT.length());
  }

  private static String topLevelOf(JavaClass item) {
    String below = below(item);
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(Set.of(more));
    return all;
  }
}
