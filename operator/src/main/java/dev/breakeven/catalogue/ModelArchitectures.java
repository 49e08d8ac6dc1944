package dev.breakeven.catalogue;

import dev.breakeven.capacity.ModelArchitecture;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Whether a model is a mixture of experts, as far as its name tells. */
public final class ModelArchitectures {

  /** A22B active parameters, 8x7B or 128E experts, or the word itself. */
  private static final Pattern SAYS_EXPERTS =
      Pattern.compile("(^|-)(a\\d+(\\.\\d+)?b|\\d+x\\d+(\\.\\d+)?b|\\d+e|moe)(-|$)|moe$|-moe-");

  /** Families whose models are all of one kind, in the order in which they are asked. */
  private record Family(Pattern name, ModelArchitecture architecture) {}

  private static final List<Family> FAMILIES =
      List.of(
          dense("deepseek-r1-distill.*|deepseek-(llm|coder)-.*"),
          experts("deepseek-(v2|v3|v4|r1|r2|coder-v2|chat|reasoner).*"),
          experts("gpt-oss.*|mixtral.*|minimax.*|kimi-(k2|vl|linear).*|llama-4.*|grok.*|dbrx.*"),
          experts("glm-(4\\.[5-9]|5).*|qwen3-next.*|qwen3-coder-(480b|next).*|qwen3-max.*"),
          experts("mistral-large-3.*|hunyuan-(large|a13b).*|step-3.*|longcat.*|ling-.*|ring-.*"),
          experts("olmoe.*|phimoe.*|snowflake-arctic.*|jamba.*|mimo-v2.*|trinity.*"),
          dense("(code)?llama.*|vicuna.*|mistral.*|ministral.*|codestral.*|devstral.*|magistral.*"),
          dense(
              "qwen-?\\d.*|qwq.*|codeqwen.*|gemma.*|medgemma.*|phi-?\\d.*|yi-.*|falcon.*|glm-4.*"),
          dense("command-.*|c4ai.*|aya-.*|granite.*|olmo-.*|smollm.*|internlm.*|starcoder.*"),
          dense(
              "exaone.*|opt-.*|bloom.*|mpt-.*|stablelm.*|solar-.*|nemotron-(mini|4).*|apertus.*"));

  private ModelArchitectures() {}

  /** The architecture of a model by its name: a hub's id, a path, what an engine serves it as. */
  public static ModelArchitecture of(String model) {
    String name = String.join("-", ModelKey.of(model).base()).toLowerCase(Locale.ROOT);
    if (SAYS_EXPERTS.matcher(name).find()) {
      return ModelArchitecture.MIXTURE_OF_EXPERTS;
    }
    return FAMILIES.stream()
        .filter(family -> family.name().matcher(name).matches())
        .map(Family::architecture)
        .findFirst()
        .orElse(ModelArchitecture.UNKNOWN);
  }

  private static Family dense(String names) {
    return new Family(Pattern.compile(names), ModelArchitecture.DENSE);
  }

  private static Family experts(String names) {
    return new Family(Pattern.compile(names), ModelArchitecture.MIXTURE_OF_EXPERTS);
  }
}
