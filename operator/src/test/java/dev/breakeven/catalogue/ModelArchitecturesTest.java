package dev.breakeven.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.capacity.ModelArchitecture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelArchitecturesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Qwen/Qwen3-235B-A22B-FP8",
        "Qwen/Qwen3-Next-80B-A3B-Instruct",
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
        "deepseek-ai/DeepSeek-R1-0528",
        "nvidia/DeepSeek-V3.1-NVFP4",
        "openai/gpt-oss-120b",
        "moonshotai/Kimi-K2-Instruct",
        "MiniMaxAI/MiniMax-M2.5",
        "zai-org/GLM-4.6",
        "google/gemma-4-26B-A4B",
        "ibm-granite/granite-3.1-3b-a800m-moe",
        "/models/qwen1.5-moe-a2.7b-chat"
      })
  void aMixtureOfExpertsIsKnownByItsName(String name) {
    assertThat(ModelArchitectures.of(name)).isEqualTo(ModelArchitecture.MIXTURE_OF_EXPERTS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta-llama/Llama-3.3-70B-Instruct",
        "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
        "Qwen/Qwen2.5-7B-Instruct-AWQ",
        "Qwen/Qwen3-32B-FP8",
        "Qwen/Qwen3.5-27B",
        "Qwen/QwQ-32B",
        "mistralai/Mistral-7B-Instruct-v0.3",
        "google/gemma-3-27b-it",
        "microsoft/phi-4",
        "THUDM/glm-4-9b-chat",
        "ibm-granite/granite-3.3-8b-instruct"
      })
  void aDenseModelIsKnownByItsName(String name) {
    assertThat(ModelArchitectures.of(name)).isEqualTo(ModelArchitecture.DENSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "chat", "our-tune", "default"})
  void aNameThatSaysNothingIsNotKnown(String name) {
    assertThat(ModelArchitectures.of(name)).isEqualTo(ModelArchitecture.UNKNOWN);
  }
}
