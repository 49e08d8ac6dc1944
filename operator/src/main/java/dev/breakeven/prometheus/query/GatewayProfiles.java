package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.core.type.TypeReference;
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
    return BuiltIn.PROFILES;
  }

  /** Read on first use. */
  private static final class BuiltIn {
    private static final GatewayProfiles PROFILES =
        new GatewayProfiles(
            ProfileFile.read(RESOURCE, new TypeReference<List<GatewayProfile>>() {}));
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
