package dev.breakeven.operator.lease;

/** Whether this replica is the one that writes. */
public interface Leadership {

  /** Of the only replica. */
  Leadership UNCONTESTED =
      new Leadership() {
        @Override
        public boolean leads() {
          return true;
        }

        @Override
        public boolean isOurs() {
          return true;
        }
      };

  /** Whether it leads, as far as it knows; asks nobody. */
  boolean leads();

  /**
   * Whether it leads now; to be asked before a write.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if that cannot be known
   */
  boolean isOurs();
}
