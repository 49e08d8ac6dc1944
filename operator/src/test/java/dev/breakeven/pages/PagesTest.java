package dev.breakeven.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PagesTest {

  private static final Path TOP = Repository.top();
  private static final int README_WORDS = 600;
  private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".idea", "node_modules");

  /** The target of a Markdown link or image, or of an HTML image. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|<img src=\"([^\"]+)\"");

  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern TEXT = Pattern.compile("(?ms)^```text\n(.*?)^```");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        TOP,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_SOURCES.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(TOP.relativize(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages.stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFileAndAHeadingThatExist(Path page) throws IOException {
    String prose = CODE.matcher(read(page)).replaceAll("");

    assertThat(
            LINK.matcher(prose)
                .results()
                .map(link -> link.group(1) != null ? link.group(1) : link.group(2)))
        .filteredOn(target -> !target.contains("://"))
        .allSatisfy(target -> assertThat(leadsSomewhere(page, target)).as(target).isTrue());
  }

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(read(Path.of("README.md")).strip().split("\\s+"))
        .hasSizeLessThanOrEqualTo(README_WORDS);
  }

  @Test
  void theReadmeQuotesKubectlAsItIs() throws IOException {
    String printed = read(Path.of("operator/src/test/resources/kubectl/get.txt"));

    assertThat(quotedIn("README.md").get(1).lines()).isSubsetOf(printed.lines().toList());
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonIsExplainedWithWhatItDoesAndWhatToDo(Issue.Reason reason) throws IOException {
    String effect =
        switch (reason.weight()) {
          case BLOCKS -> "no verdict";
          case WEAKENS -> "weaker";
          case INFORMS -> "note";
        };

    assertThat(read(Path.of("crds/README.head.md")))
        .containsPattern(
            "(?m)^\\| `%s` \\| %s\\b.* \\| .{10,} \\|$".formatted(reason.label(), effect));
  }

  /** The blocks of output that a page shows. */
  static List<String> quotedIn(String page) throws IOException {
    return TEXT.matcher(read(Path.of(page))).results().map(block -> block.group(1)).toList();
  }

  private static boolean leadsSomewhere(Path page, String target) throws IOException {
    int hash = target.indexOf('#');
    String path =
        URLDecoder.decode(hash < 0 ? target : target.substring(0, hash), StandardCharsets.UTF_8);
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (hash < 0 || !Files.isRegularFile(TOP.resolve(file))) {
      return Files.exists(TOP.resolve(file));
    }
    return anchors(file).contains(target.substring(hash + 1));
  }

  /** Names that GitHub gives to headings. */
  private static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(CODE.matcher(read(page)).replaceAll(""))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String read(Path page) throws IOException {
    return Files.readString(TOP.resolve(page));
  }
}
