package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The gateway profiles by name. */
public final class GatewayProfiles {

  private static final String RESOURCE = "gateway-profiles.yaml";

  private final Map<String, GatewayProfile> byName = new LinkedHashMap<>();

  private GatewayProfiles(List<GatewayProfile> profiles) {
    for (GatewayProfile profile : profiles) {
      byName.put(profile.name(), profile);
    }
  }

  /** The profiles this operator comes with. */
  public static GatewayProfiles builtIn() {
    try (InputStream yaml = GatewayProfiles.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is not in the jar");
      }
      return new GatewayProfiles(
          new ObjectMapper(new YAMLFactory())
              .readValue(yaml, new TypeReference<List<GatewayProfile>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " does not read", e);
    }
  }

  /**
   * The profile of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public GatewayProfile named(String name) {
    GatewayProfile profile = byName.get(name);
    if (profile == null) {
      throw new IllegalArgumentException(
          "no gateway called \"" + name + "\"; there are " + String.join(", ", byName.keySet()));
    }
    return profile;
  }

  /** Their names, in the order of the file. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
