package dev.breakeven.cli.input;

import dev.breakeven.api.manifest.Manifests;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file that a command reads: {@code -} is standard input, and what is compressed with gzip is
 * unpacked, whatever it is called.
 *
 * @param path as the user wrote it
 */
public record InputFile(Path path) {

  private static final Path STDIN = Path.of("-");
  private static final Pattern MANIFEST = Pattern.compile(".*[.](yaml|yml|json)");
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  /** Something that is done with a file's content. */
  public interface Use {
    void with(InputStream content) throws IOException;
  }

  public boolean isStandardInput() {
    return path.equals(STDIN);
  }

  /** What error lines call it. */
  public String name() {
    return isStandardInput() ? "stdin" : path.toString();
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with one line if it cannot be read
   */
  public void read(Use use) {
    try (InputStream content = open()) {
      withContent(use, content);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(name() + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(name() + ": may not be read", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(name() + ": not UTF-8 text", e);
    } catch (EOFException e) {
      throw new IllegalArgumentException(name() + ": ends too early; the copy is not whole", e);
    } catch (ZipException e) {
      throw new IllegalArgumentException(name() + ": not gzip: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          name() + (Files.isDirectory(path) ? ": a directory" : ": " + e.getMessage()), e);
    }
  }

  /**
   * Its text.
   *
   * @throws IllegalArgumentException with one line if it cannot be read or is not UTF-8
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    readText(
        reader -> {
          StringWriter all = new StringWriter();
          reader.transferTo(all);
          text.append(all);
        });
    return text.toString();
  }

  /** Something that is done with a file's text. */
  public interface TextUse {
    void with(Reader text) throws IOException;
  }

  /**
   * Reads it as text.
   *
   * @throws IllegalArgumentException with one line if it cannot be read or is not UTF-8
   */
  public void readText(TextUse use) {
    read(
        content -> {
          // Strict: what cannot be decoded is not replaced by question marks.
          Reader reader =
              new BufferedReader(
                  new InputStreamReader(content, StandardCharsets.UTF_8.newDecoder()));
          use.with(reader);
        });
  }

  /**
   * The policies and rate cards in files, and in those of directories, as kubectl reads them.
   *
   * @throws IllegalArgumentException with one line if one cannot be read, with a line for each
   *     thing that is wrong in any of them otherwise
   */
  public static Manifests manifests(List<Path> paths) {
    return Manifests.parse(
        paths.stream()
            .flatMap(InputFile::manifestsIn)
            .map(InputFile::new)
            .map(file -> new Manifests.Text(file.name(), file.text()))
            .toList());
  }

  private static Stream<Path> manifestsIn(Path path) {
    if (!Files.isDirectory(path)) {
      return Stream.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> found =
          files.filter(file -> MANIFEST.matcher(file.toString()).matches()).sorted().toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(path + ": a directory without .yaml, .yml or .json");
      }
      return found.stream();
    } catch (IOException e) {
      throw new IllegalArgumentException(path + ": may not be read", e);
    }
  }

  /**
   * Standard input can be read once.
   *
   * @throws IllegalArgumentException if more than one of the files is that
   */
  public static void requireOneStandardInput(Collection<Path> paths) {
    if (paths.stream().filter(STDIN::equals).count() > 1) {
      throw new IllegalArgumentException("only one file can be -, standard input");
    }
  }

  private static void withContent(Use use, InputStream content) throws IOException {
    try {
      use.with(content);
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private InputStream open() throws IOException {
    InputStream raw =
        new BufferedInputStream(isStandardInput() ? System.in : Files.newInputStream(path));
    raw.mark(2);
    boolean zipped = raw.read() == GZIP_FIRST && raw.read() == GZIP_SECOND;
    raw.reset();
    return zipped ? new GZIPInputStream(raw) : raw;
  }
}
