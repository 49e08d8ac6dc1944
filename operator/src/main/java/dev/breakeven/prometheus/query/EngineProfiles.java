package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engine profiles by name. */
public final class EngineProfiles {

  private static final String RESOURCE = "engine-profiles.yaml";

  private final Map<String, EngineProfile> byName = new LinkedHashMap<>();

  private EngineProfiles(List<EngineProfile> profiles) {
    for (EngineProfile profile : profiles) {
      if (byName.put(profile.name(), profile) != null) {
        throw new IllegalArgumentException("two engine profiles called " + profile.name());
      }
    }
  }

  /** The profiles this operator comes with. */
  public static EngineProfiles builtIn() {
    return BuiltIn.PROFILES;
  }

  /** Read on first use. */
  private static final class BuiltIn {
    private static final EngineProfiles PROFILES =
        new EngineProfiles(ProfileFile.read(RESOURCE, new TypeReference<List<EngineProfile>>() {}));
  }

  /**
   * These and others beside them.
   *
   * @throws IllegalArgumentException if one of the others has the name of one that is there
   */
  public EngineProfiles with(Collection<EngineProfile> others) {
    List<EngineProfile> all = new ArrayList<>(byName.values());
    all.addAll(others);
    return new EngineProfiles(all);
  }

  /** Whether there is one of this name. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /**
   * The profile of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public EngineProfile named(String name) {
    EngineProfile profile = byName.get(name);
    if (profile == null) {
      throw new IllegalArgumentException("no engine profile called " + name);
    }
    return profile;
  }

  /** All of them, in the order of the file. */
  public Collection<EngineProfile> all() {
    return List.copyOf(byName.values());
  }

  /** Their names, in the order of the file. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
