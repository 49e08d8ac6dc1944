package dev.breakeven.operator.events;

import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.render.status.StatusFormat;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * Writes Kubernetes events, which {@code kubectl describe} shows under a resource. An event's name
 * is a hash of the object and of what happened, so that what is recorded twice, as after a crash,
 * is there once.
 */
public final class EventRecorder {

  private static final String EVENTS = "writing of events in namespace ";

  /** What the API server takes for an event's note. */
  private static final int MAX_MESSAGE_CHARS = 1024;

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  /** Kubernetes knows these two. */
  public enum Severity {
    Normal,
    Warning
  }

  private final KubernetesClient client;
  private final Clock clock;
  private final String component;
  private final String instance;
  private final OutageLog outages;

  /**
   * @param component who reports, shown in the column "From"
   * @param instance which of the component's replicas
   * @param outages logs events that cannot be written
   */
  public EventRecorder(
      KubernetesClient client, Clock clock, String component, String instance, OutageLog outages) {
    this.client = client;
    this.clock = clock;
    this.component = component;
    this.instance = instance;
    this.outages = outages;
  }

  /**
   * Records that something happened to a resource.
   *
   * @param reason one CamelCase word, the same for the same kind of news
   * @param identity equal for two records of the same occurrence
   * @param message a sentence for people; cut at 1,024 characters
   * @return whether it is recorded, now or before
   */
  public boolean record(
      HasMetadata about, Severity severity, String reason, String identity, String message) {
    Event event = event(about, severity, reason, identity, message);
    // What refuses them in one namespace, as its end does, concerns no other.
    String subject = EVENTS + event.getMetadata().getNamespace();
    try {
      Event made =
          client
              .v1()
              .events()
              .inNamespace(event.getMetadata().getNamespace())
              .resource(event)
              .create();
      if (made == null || made.getMetadata() == null || made.getMetadata().getUid() == null) {
        // Whoever answered did not store it.
        outages.failed(subject, "unreadable answer");
        return false;
      }
      outages.ended(subject);
      return true;
    } catch (RuntimeException e) {
      if (isThereAlready(e)) {
        outages.ended(subject);
        return true;
      }
      outages.failed(subject, ApiFailure.words(e));
      return false;
    }
  }

  /** No event of this namespace is tried again: where they are refused, that concerns nobody. */
  void waitsNoMore(String namespace) {
    outages.forget(EVENTS + namespace);
  }

  /** Only AlreadyExists means that the event is there; other conflicts do not. */
  private static boolean isThereAlready(RuntimeException refusal) {
    return refusal instanceof KubernetesClientException e
        && e.getCode() == HttpURLConnection.HTTP_CONFLICT
        && e.getStatus() != null
        && "AlreadyExists".equals(e.getStatus().getReason());
  }

  private Event event(
      HasMetadata about, Severity severity, String reason, String identity, String message) {
    String now = SECONDS.format(clock.instant());
    return new EventBuilder()
        .withNewMetadata()
        .withName(about.getMetadata().getName() + "." + hash(about, reason, identity))
        .withNamespace(about.getMetadata().getNamespace())
        .endMetadata()
        .withInvolvedObject(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(about.getMetadata().getUid())
                .build())
        .withType(severity.name())
        .withReason(reason)
        .withMessage(StatusFormat.cut(message, MAX_MESSAGE_CHARS))
        .withCount(1)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withNewSource(component, null)
        .withReportingComponent(component)
        .withReportingInstance(instance)
        .build();
  }

  /** Sixteen hex digits. They include the uid, so a recreated policy gets new events. */
  private static String hash(HasMetadata about, String reason, String what) {
    String identity = about.getMetadata().getUid() + "/" + reason + "/" + what;
    UUID id = UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
    return String.format("%016x", id.getMostSignificantBits() ^ id.getLeastSignificantBits());
  }
}
