package dev.breakeven.api;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads who wrote a status from the API server's record of field managers ({@code
 * metadata.managedFields}).
 */
final class StatusOwnership {

  private static final String STATUS = "status";
  private static final String FIELD = "f:";

  private StatusOwnership() {}

  /**
   * Top-level fields of the status that another manager wrote, and wrote later than the operator.
   * Times are whole seconds; of two writes in the same second the operator's counts as the later.
   */
  static Set<String> ofOthers(@Nullable List<ManagedFieldsEntry> entries) {
    if (entries == null || entries.isEmpty()) {
      return Set.of();
    }
    List<ManagedFieldsEntry> ofStatus =
        entries.stream().filter(e -> STATUS.equals(e.getSubresource())).toList();
    // RFC 3339 in UTC, which sorts as text.
    String ours =
        ofStatus.stream()
            .filter(e -> CostPolicy.FIELD_MANAGER.equals(e.getManager()))
            .map(StatusOwnership::time)
            .max(String::compareTo)
            .orElse("");
    Set<String> fields = new TreeSet<>();
    for (ManagedFieldsEntry entry : ofStatus) {
      if (!CostPolicy.FIELD_MANAGER.equals(entry.getManager()) && time(entry).compareTo(ours) > 0) {
        fields.addAll(statusFields(entry.getFieldsV1()));
      }
    }
    return Set.copyOf(fields);
  }

  private static String time(ManagedFieldsEntry entry) {
    return entry.getTime() == null ? "" : entry.getTime();
  }

  private static Set<String> statusFields(@Nullable FieldsV1 fields) {
    Object status =
        fields == null || fields.getAdditionalProperties() == null
            ? null
            : fields.getAdditionalProperties().get(FIELD + STATUS);
    Set<String> names = new TreeSet<>();
    if (status instanceof Map<?, ?> map) {
      for (Object key : map.keySet()) {
        if (key instanceof String name && name.startsWith(FIELD)) {
          names.add(name.substring(FIELD.length()));
        }
      }
    }
    return names;
  }
}
