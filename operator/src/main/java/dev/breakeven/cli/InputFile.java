package dev.breakeven.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file that a command reads: {@code -} is standard input, and what is compressed with gzip is
 * unpacked, whatever it is called.
 *
 * @param path as the user wrote it
 */
record InputFile(Path path) {

  private static final Path STDIN = Path.of("-");
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  /** Something that is done with a file's content. */
  interface Use {
    void with(InputStream content) throws IOException;
  }

  boolean isStandardInput() {
    return path.equals(STDIN);
  }

  /** What error lines call it. */
  String name() {
    return isStandardInput() ? "stdin" : path.toString();
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with one line if it cannot be read
   */
  void read(Use use) {
    try (InputStream content = open()) {
      use.with(content);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(name() + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(name() + ": may not be read", e);
    } catch (ZipException e) {
      throw new IllegalArgumentException(name() + ": not gzip: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          name() + (Files.isDirectory(path) ? ": a directory" : ": " + e.getMessage()), e);
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
