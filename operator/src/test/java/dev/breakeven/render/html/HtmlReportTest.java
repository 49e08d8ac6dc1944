package dev.breakeven.render.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

  private static final String CHAT = textOf(HtmlReport.of(List.of(SampleAnswers.chat())));

  @Test
  void theAnswerStandsFirst() {
    assertThat(CHAT)
        .containsSubsequence(
            "inference/chat",
            "meta-llama/Llama-3.3-70B-Instruct",
            "Hybrid: scale down from 5 to 4 replicas, burst to llama-70b-eu above 24,100 tokens/s (8.3 % of"
                + " tokens)",
            "Hybrid",
            "Saving by following the advice",
            "$2,210 / month",
            "between $1,480 and $2,960 a month",
            "Do next",
            "Scale down from 5 to 4 replicas",
            "$6.91 / $1.21",
            "33 % / 37.5 %",
            "What a month costs, each way");
  }

  @Test
  void everyPartOfABillIsALineThatAddsUpToItsTotal() {
    // Following the load: 6,400 + 1,600 + 1,510.25 + 2,000 + 600 + 400 + 610 + 150 + 1,980.
    assertThat(CHAT)
        .containsSubsequence(
            "USD per month",
            "Busy GPUs $6,400.00 $6,500.00 $0.00 $7,300.00 $7,900.00",
            "Headroom $1,600.00",
            "Redundancy $0.00",
            "Idle GPUs $1,510.25",
            "Unused reservation $0.00 $0.00 $5,256.00",
            "Engineering $2,000.00",
            "On Call $600.00",
            "Model Updates $400.00",
            "API input $610.00",
            "API cached input $150.00",
            "API output $1,980.00",
            "Total $15,250.25 $20,000.00 $29,116.00 $22,090.00 $28,550.00",
            "Without what is sunk $10,030.00");
  }

  @Test
  void onlyTheFirstThatServesEverythingIsTheCheapest() {
    assertThat(CHAT.split("cheapest that serves everything", -1)).hasSize(2);
    assertThat(CHAT)
        .containsSubsequence(
            "Baseline that follows the load, rest to the API FollowingBurst, 2 to 6 replicas, 3.4 on average"
                + " cheapest that serves everything $15,250 / month",
            "Fixed baseline, rest to the API BaselineBurst, 4 replicas advised");
  }

  @Test
  void whatCannotBeChosenSaysWhy() {
    assertThat(CHAT)
        .containsSubsequence(
            "Today's replicas",
            "Cannot be chosen, APILimits :",
            "1.25 B tokens a month would be left unserved.");
  }

  @Test
  void theBreakevenIsGivenInUtilisationThroughputAndVolume() {
    assertThat(CHAT)
        .containsSubsequence(
            "At 5 replicas own GPUs cost what the API costs when they are used to 37.5 %. This"
                + " traffic uses them to 33 %, so what they serve is cheaper on the API.",
            "Breakeven utilisation 37.5 %",
            "Reachable at most 80 %",
            "Breakeven throughput 15 k tokens/s",
            "First breakeven volume 28.5 B tokens/month, 0.82× now");
    // The API charges 23,860 for 34,770 M tokens: 0.686. At 30 % ours is 37.5/30 of that.
    assertThat(CHAT).contains("30 % 12 k $0.858 $0.686");
  }

  @Test
  void hiddenCostsAreLinesOfTheirOwnAndASum() {
    assertThat(CHAT)
        .containsSubsequence(
            "Hidden costs",
            "Headroom $2,300.50 $0.066",
            "Idle $6,012.25 $0.173",
            "On Call $600.00 $0.017",
            "All of them $11,312.75");
  }

  @Test
  void pricesSayWhenAndWhereTheyWereRead() {
    assertThat(CHAT)
        .containsSubsequence(
            "Terms used",
            "Offer llama-70b-eu Read on 2026-11-01 at https://prices.example.com/llama; the policy"
                + " allows 90 days.",
            "Input $0.60 per 1M tokens",
            "Cached input $0.30 per 1M tokens",
            "Output $2.40 per 1M tokens",
            "Cached input above 128 k prompt tokens $1.20 per 1M tokens No cached price is listed",
            "GPU hour $2.50 On demand",
            "Reserved 2 replicas at $1.80 per GPU hour Paid in every alternative until 2027-06-30");
  }

  @Test
  void theProofAndTheChangesOfMindAreThere() {
    assertThat(CHAT)
        .containsSubsequence(
            "It would have cost $507 less than what ran. The replay goes on with 5 replicas; what"
                + " is advised now stays at 4 replicas until that has been the better answer for"
                + " long enough.",
            "Following the advice",
            "$3,204",
            "What ran",
            "$3,711",
            "Always the API",
            "$4,023",
            "Best in hindsight",
            "$3,150",
            "Recent changes",
            "2026-11-17 09:40 API → Hybrid 0 → 5 BaselineBurstCheapest");
  }

  @Test
  void whatWeakensTheAnswerStandsBeforeItsFiguresAndTheIssuesAtTheEnd() {
    assertThat(CHAT)
        .containsSubsequence(
            "Before you rely on it",
            "weakens the verdict DemandLowerBound",
            "What a month costs",
            "Issues",
            "CacheHitsAssumed");
  }

  @Test
  void theTableOfTrafficGivesTheMeansOfItsHours() {
    assertThat(CHAT).contains("2026-11-19 22:00 not known not known not known not known not known");
    assertThat(CHAT.split("2026-11-\\d\\d \\d\\d:00 [\\dn]", -1)).hasSizeGreaterThan(168);
  }

  @Test
  void whatIsNotKnownIsAReasonAndNeverAZero() {
    String page = textOf(HtmlReport.of(List.of(SampleAnswers.unknown())));
    assertThat(page)
        .containsSubsequence(
            "Inconclusive",
            "Saving by following the advice not known NoTrafficData: no series for unheard/of in 7"
                + " d",
            "stops the verdict",
            "Not known, NoTrafficData: no series for unheard/of in 7 d",
            "No step of the window is known, so there is no traffic to draw.",
            "Not known without a replica's capacity: state capacityPerReplica or benchmarks",
            "Would the advice have paid? Not known, NoTrafficData",
            "Offer none rate card default has no offer for unheard/of")
        .doesNotContain("$0");
  }

  @Test
  void severalPoliciesBeginWithAnOverview() {
    String page = HtmlReport.of(List.of(SampleAnswers.chat(), SampleAnswers.unknown()));
    assertThat(textOf(page))
        .containsSubsequence(
            "Breakeven report · 2 policies",
            "The answers at a glance",
            "inference/chat",
            "$2,210 33 % / 37.5 % $6.91 / $1.21",
            "lab/unheard",
            "not known");
    assertThat(page).contains("href=\"#policy-2\"").contains("<article id=\"policy-2\"");
    assertThat(CHAT).doesNotContain("The answers at a glance");
  }

  @Test
  void aReportIsAboutSomething() {
    assertThatThrownBy(() -> HtmlReport.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a report is about at least one policy");
  }

  @Test
  void textFromOutsideCannotBecomeMarkup() {
    String hostile = "</script><script>alert(1)</script>\"' onload=x {{title}} {{{data}}} & &lt;";
    String page = HtmlReport.of(List.of(SampleAnswers.saying(hostile)));
    assertThat(page).doesNotContain("alert(1)</script>").doesNotContain("<script>alert");
    assertThat(page.split("<script", -1)).hasSize(4); // data, library, ours
    assertThat(page).contains("{{title}}"); // filled once, not twice
  }

  @Test
  void theDataBlockIsJsonThatCannotEndItsElement() throws Exception {
    String page = HtmlReport.of(List.of(SampleAnswers.saying("</script>")));
    String data =
        between(page, "<script type=\"application/json\" id=\"report-data\">", "</script>");
    assertThat(data).doesNotContain("<").doesNotContain("&");
    JsonNode policy = new ObjectMapper().readTree(data).get("policies").get(0);
    assertThat(policy.get("traffic").get("output")).hasSize(1008);
    assertThat(policy.get("traffic").get("output").get(405).isNull()).isTrue(); // the gap
    assertThat(policy.get("traffic").get("burst").get(0).doubleValue()).isEqualTo(24_100);
    // 4 replicas, none of them redundant, a fifth of each kept free.
    assertThat(policy.get("duration").get("baseline").doubleValue()).isEqualTo(3.2);
    assertThat(policy.get("breakeven").get("herePercent").doubleValue()).isEqualTo(33);
  }

  @Test
  void thePolicyAllowsTheStyleAndTheScriptsThatAreThereAndNothingElse() throws Exception {
    String page = HtmlReport.of(List.of(SampleAnswers.chat()));
    String policy =
        between(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"")
            .replace("&#39;", "'")
            .replace("&#x3D;", "=");
    assertThat(policy)
        .startsWith("default-src 'none'; img-src data:; ")
        .endsWith("; base-uri 'none'; form-action 'none'")
        .doesNotContain("unsafe")
        .doesNotContain("http");
    Matcher inline = Pattern.compile("<(style|script)>(.*?)</\\1>", Pattern.DOTALL).matcher(page);
    int seen = 0;
    while (inline.find()) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(inline.group(2).getBytes(StandardCharsets.UTF_8));
      assertThat(policy).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
      seen++;
    }
    assertThat(seen).isEqualTo(3);
    assertThat(page).doesNotContain(" style=").doesNotContain("onclick").doesNotContain("src=");
  }

  @Test
  void theLicenceOfWhatIsEmbeddedIsThere() {
    assertThat(CHAT).contains("uPlot 1.6").contains("The MIT License");
  }

  @Test
  void aWeekOfTenMinutesMakesAPageThatCanBeMailed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("report.html");
    HtmlReport.write(file, List.of(SampleAnswers.chat()));
    assertThat(Files.readString(file)).isEqualTo(HtmlReport.of(List.of(SampleAnswers.chat())));
    assertThat(Files.size(file)).isLessThan(200_000);
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  /** What a reader reads: no tags, one space between words. */
  private static String textOf(String page) {
    return page.substring(page.indexOf("<body>"))
        .replaceAll("(?s)<script.*?</script>", " ")
        .replaceAll("(?s)<title>.*?</title>", " ")
        .replaceAll("<[^>]*>", " ")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace('\u00a0', ' ')
        .replaceAll("\\s+", " ");
  }
}
