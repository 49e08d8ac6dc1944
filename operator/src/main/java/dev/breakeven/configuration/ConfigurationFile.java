package dev.breakeven.configuration;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.breakeven.traffic.TimeSpan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads an {@link OperatorConfiguration} from YAML. Unknown options are refused, not ignored. */
public final class ConfigurationFile {

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .registerModule(
              new SimpleModule().addDeserializer(Duration.class, new DurationDeserializer()));

  private ConfigurationFile() {}

  /**
   * @param file a YAML file
   * @return what it says, over the defaults
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}
   * @throws UncheckedIOException if the file cannot be read
   */
  public static OperatorConfiguration read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parse(file.toString(), text);
  }

  /**
   * @param name what error lines call the text
   * @param text YAML
   * @throws IllegalArgumentException with one line, {@code NAME:LINE: what is wrong}
   */
  public static OperatorConfiguration parse(String name, String text) {
    if (text.lines().allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"))) {
      return new OperatorConfiguration();
    }
    try {
      return YAML.readValue(text, OperatorConfiguration.class).checked();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + at(e.getLocation()) + ": " + said(e), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null || location.getLineNr() < 1 ? "" : ":" + location.getLineNr();
  }

  private static String said(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      String known =
          unknown.getKnownPropertyIds() == null
              ? ""
              : unknown.getKnownPropertyIds().stream()
                  .map(Object::toString)
                  .sorted()
                  .collect(Collectors.joining(", "));
      return path(unknown) + ": no such option; there are " + known;
    }
    if (e instanceof MismatchedInputException form && form.getPath().isEmpty()) {
      return "not options by their names, such as \"cycle: 60s\"";
    }
    Throwable cause = e.getCause();
    String what =
        cause instanceof IllegalArgumentException && cause.getMessage() != null
            ? cause.getMessage()
            : e.getOriginalMessage().lines().findFirst().orElse("not YAML");
    return e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
        ? path(mapping) + ": " + what
        : what;
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  /** Durations as {@link TimeSpan} reads them. */
  private static final class DurationDeserializer extends StdDeserializer<Duration> {

    private static final long serialVersionUID = 1L;

    DurationDeserializer() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        return TimeSpan.parse(parser.getValueAsString(""));
      } catch (IllegalArgumentException e) {
        throw JsonMappingException.from(parser, e.getMessage(), e);
      }
    }
  }
}
