package dev.breakeven.requestlog;

import java.util.Arrays;

/** Which rows were read before. A row is 8 bytes here, so that millions fit. */
final class RepeatedRows {

  private long[] slots = new long[1024];
  private int size;

  /**
   * Whether no row that says the same was added before.
   *
   * @param clocks by which an hour that is shown twice is two
   */
  boolean add(LogRow row, LogTime.Clocks clocks) {
    return add(hash(row, clocks));
  }

  boolean contains(LogRow row, LogTime.Clocks clocks) {
    long hash = hash(row, clocks);
    return slots[slotOf(hash)] == hash;
  }

  void addAll(RepeatedRows others) {
    Arrays.stream(others.slots).filter(slot -> slot != 0).forEach(this::add);
  }

  private static long hash(LogRow row, LogTime.Clocks clocks) {
    long hash = clocks.name().hashCode();
    for (LogRow.Field field : row.fields().values()) {
      hash = (hash * 31 + field.name().hashCode()) * 0x9E3779B97F4A7C15L;
      hash = (hash ^ (hash >>> 29)) * 31 + field.text().hashCode();
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return hash == 0 ? 1 : hash;
  }

  private boolean add(long hash) {
    int slot = slotOf(hash);
    if (slots[slot] == hash) {
      return false;
    }
    slots[slot] = hash;
    if (++size > slots.length / 2) {
      long[] before = slots;
      slots = new long[before.length * 2];
      Arrays.stream(before).filter(known -> known != 0).forEach(k -> slots[slotOf(k)] = k);
    }
    return true;
  }

  /** Where the hash is, or would be. */
  private int slotOf(long hash) {
    int slot = (int) (hash >>> 33) & (slots.length - 1);
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
