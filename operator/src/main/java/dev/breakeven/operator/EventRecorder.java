package dev.breakeven.operator;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes events, which {@code kubectl describe} shows under a resource. Like client-go's
 * recorder it folds repetitions: the same reason on the same object is one event whose count grows.
 * The event's name is a hash of object and reason, so a restarted operator goes on counting. An
 * event that cannot be written is logged and forgotten: no advice waits for one.
 */
public final class EventRecorder {

  private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);

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

  /**
   * @param component who reports, shown in the column "From"
   * @param instance which of the component's replicas
   */
  public EventRecorder(KubernetesClient client, Clock clock, String component, String instance) {
    this.client = client;
    this.clock = clock;
    this.component = component;
    this.instance = instance;
  }

  /**
   * Records that something happened to a resource.
   *
   * @param reason one CamelCase word, the same for the same kind of news
   * @param message a sentence for people; cut at 1,024 characters
   */
  public void record(HasMetadata about, Severity severity, String reason, String message) {
    String now = SECONDS.format(clock.instant());
    Event event = event(about, severity, reason, message, now);
    try {
      client.v1().events().inNamespace(about.getMetadata().getNamespace()).resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        count(event, now);
      } else {
        log.warn("event {} on {} was not written: {}", reason, key(about), e.getMessage());
      }
    }
  }

  private void count(Event event, String now) {
    try {
      client
          .v1()
          .events()
          .inNamespace(event.getMetadata().getNamespace())
          .withName(event.getMetadata().getName())
          .edit(
              seen ->
                  new EventBuilder(seen)
                      .withCount(seen.getCount() == null ? 2 : seen.getCount() + 1)
                      .withLastTimestamp(now)
                      .withMessage(event.getMessage())
                      .withType(event.getType())
                      .build());
    } catch (KubernetesClientException e) {
      log.warn(
          "event {} on {}/{} was not counted: {}",
          event.getReason(),
          event.getInvolvedObject().getNamespace(),
          event.getInvolvedObject().getName(),
          e.getMessage());
    }
  }

  private Event event(
      HasMetadata about, Severity severity, String reason, String message, String now) {
    return new EventBuilder()
        .withNewMetadata()
        .withName(about.getMetadata().getName() + "." + hash(about, reason))
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

  private static String key(HasMetadata about) {
    return about.getMetadata().getNamespace() + "/" + about.getMetadata().getName();
  }

  /** Sixteen hex digits of object and reason; a policy made anew has a new uid, so new events. */
  private static String hash(HasMetadata about, String reason) {
    String identity = about.getMetadata().getUid() + "/" + reason;
    UUID id = UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
    return String.format("%016x", id.getMostSignificantBits() ^ id.getLeastSignificantBits());
  }
}
