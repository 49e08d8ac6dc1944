package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads the profiles that the operator comes with. */
final class ProfileFile {

  private ProfileFile() {}

  /**
   * The profiles of a YAML file in this package.
   *
   * @param <P> one profile
   */
  static <P> List<P> read(String name, TypeReference<List<P>> type) {
    try (InputStream yaml = ProfileFile.class.getResourceAsStream(name)) {
      if (yaml == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new ObjectMapper(new YAMLFactory()).readValue(yaml, type);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not read", e);
    }
  }
}
