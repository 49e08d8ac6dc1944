package dev.breakeven.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code -o}: the same answer as text for people, or as JSON or YAML for programs. */
public final class OutputFormat {

  /** How an answer is printed. */
  enum Format {
    table,
    json,
    yaml
  }

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  @Option(
      names = "-o",
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).")
  Format format = Format.table;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  /** Prints one answer. */
  public void print(Supplier<String> text, Object answer) {
    printEach(text, List.of(answer));
  }

  /**
   * Prints answers. One of them is an object in JSON and several are a list: a script that asks
   * about one needs no index. In YAML each is a document, as kubectl reads them.
   *
   * @param text of all of them
   */
  public void printEach(Supplier<String> text, List<?> answers) {
    PrintWriter out = command.commandLine().getOut();
    out.print(format == Format.table ? text.get() : serialized(answers));
    out.flush();
  }

  private String serialized(List<?> answers) {
    try {
      if (format == Format.json) {
        return JSON.writeValueAsString(answers.size() == 1 ? answers.get(0) : answers) + "\n";
      }
      List<String> documents = new ArrayList<>();
      for (Object answer : answers) {
        documents.add(YAML.writeValueAsString(answer));
      }
      return String.join("---\n", documents);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer could not be written as " + format, e);
    }
  }
}
