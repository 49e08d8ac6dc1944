package dev.breakeven.catalogue;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * GPU products by all the names that clusters give them: GPU feature discovery's {@code
 * nvidia.com/gpu.product}, GKE's {@code cloud.google.com/gke-accelerator}, Karpenter's {@code
 * karpenter.k8s.aws/instance-gpu-name}, Azure's VM sizes.
 *
 * <p>What is another product on purpose: PCIe and NVL cards beside SXM modules, an A100 of 40 GB
 * beside one of 80, a MIG slice, and a name that leaves open which it is.
 */
public final class GpuProducts {

  /** What a whole name must look like, without vendor, in lower case, with - between its words. */
  private static final Map<String, Pattern> PRODUCTS =
      Map.of(
          "NVIDIA-H100-80GB-HBM3", Pattern.compile("h100(-mega)?(-sxm5?)?(-80gb)?(-hbm3)?"),
          "NVIDIA-H200", Pattern.compile("h200(-sxm5?)?(-14[01]gb)?(-hbm3e)?"),
          "NVIDIA-B200", Pattern.compile("b200(-sxm6?)?(-1[0-9]{2}gb)?(-hbm3e)?"),
          "NVIDIA-B300-SXM6-AC", Pattern.compile("b300(-sxm6)?(-ac)?(-2[0-9]{2}gb)?"),
          "NVIDIA-A100-SXM4-80GB", Pattern.compile("a100(-sxm4?)?-80gb(-sxm4?)?"),
          "NVIDIA-L4", Pattern.compile("l4(-24gb)?"),
          "NVIDIA-L40S", Pattern.compile("l40s(-48gb)?"));

  /** Standard_NC40ads_H100_v5, Standard_ND96isr_H200_v5: NC has PCIe and NVL cards, ND modules. */
  private static final Pattern AZURE_ND =
      Pattern.compile("standard-nd\\d+[a-z]*-(?:mi\\d+x-)?(h100|h200|gb200|b200|a100)-v\\d");

  private static final Pattern AZURE_A100_80GB = Pattern.compile("standard-nd96am[a-z]*-a100-v4");

  private GpuProducts() {}

  /** The name that GPU feature discovery gives the product; empty where it is none of those. */
  public static Optional<String> productName(String label) {
    String plain =
        label
            .strip()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    if (AZURE_A100_80GB.matcher(plain).matches()) {
      return Optional.of("NVIDIA-A100-SXM4-80GB");
    }
    var azure = AZURE_ND.matcher(plain);
    String words =
        azure.matches()
            ? azure.group(1)
            : Stream.of(plain.split("-", -1))
                .filter(w -> !w.equals("nvidia") && !w.equals("tesla"))
                .collect(Collectors.joining("-"));
    return PRODUCTS.entrySet().stream()
        .filter(p -> p.getValue().matcher(words).matches())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether two names are of one product, by whatever name either is known. */
  public static boolean isSame(String name, String other) {
    Optional<String> product = productName(name);
    return name.equals(other) || (product.isPresent() && product.equals(productName(other)));
  }

  /** The chip's name in a label, such as h100, to tell what is near; empty where there is none. */
  static String chipOf(String label) {
    var chip =
        Pattern.compile("(?i)(?<![a-z0-9])(gb?[23]00|[abhlt]\\d{1,3}[a-z]?)(?![a-z0-9])")
            .matcher(label.replace('_', '-'));
    return chip.find() ? chip.group().toLowerCase(Locale.ROOT) : "";
  }
}
