package dev.breakeven.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTest {

  @TempDir Path directory = Path.of("");

  @Test
  void theDirectoryOfThisProjectComesBeforeThatOfOthers() throws IOException {
    Path ours = binary("ours", "rwxr-xr-x");
    Path theirs = binary("theirs", "rwxr-xr-x");

    assertThat(found(Map.of("BREAKEVEN_TEST_BIN", ours, "KUBEBUILDER_ASSETS", theirs)))
        .isEqualTo(ours.resolve("etcd"));
    assertThat(found(Map.of("KUBEBUILDER_ASSETS", theirs))).isEqualTo(theirs.resolve("etcd"));
  }

  @Test
  void whatCannotBeRunIsNotFound() throws IOException {
    Path locked = binary("locked", "rw-r--r--");
    Path theirs = binary("theirs", "rwxr-xr-x");

    assertThat(found(Map.of("BREAKEVEN_TEST_BIN", locked, "KUBEBUILDER_ASSETS", theirs)))
        .isEqualTo(theirs.resolve("etcd"));
  }

  @Test
  void withoutADirectoryNoneIsGuessed() {
    assertThat(Tool.ETCD.inGivenDirectory(variable -> "")).isEmpty();
  }

  private static Path found(Map<String, Path> environment) {
    return Tool.ETCD
        .inGivenDirectory(
            variable -> String.valueOf(environment.getOrDefault(variable, Path.of(""))))
        .orElseThrow();
  }

  private Path binary(String name, String permissions) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    Path file = Files.createFile(folder.resolve("etcd"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return folder;
  }
}
