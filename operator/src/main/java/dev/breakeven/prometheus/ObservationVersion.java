package dev.breakeven.prometheus;

import java.util.List;

/**
 * What tells one observation of a target from another, without its history: two that are equal say
 * the same.
 *
 * @param revision of the history, or {@link #NOTHING_READ}
 * @param loaded whether all of the past that is kept has been read
 * @param notes why the source does not answer now, else what stands beside the history
 */
public record ObservationVersion(long revision, boolean loaded, List<Note> notes) {

  /** The revision of a history that does not exist yet. */
  public static final long NOTHING_READ = -1;

  public ObservationVersion {
    notes = List.copyOf(notes);
  }

  static ObservationVersion of(Observation.Unavailable unavailable) {
    return new ObservationVersion(NOTHING_READ, false, List.of(unavailable.why()));
  }

  /** Whether a part of the window has still to be read. */
  public boolean isWindowStillBeingRead() {
    return notes.stream().anyMatch(note -> note.reason() == Note.Reason.WINDOW_LOADING);
  }

  /** Whether nothing was read yet, and that is all there is to say. */
  public boolean isStillBeingRead() {
    return revision == NOTHING_READ
        && notes.size() == 1
        && notes.get(0).reason() == Note.Reason.HISTORY_LOADING;
  }
}
