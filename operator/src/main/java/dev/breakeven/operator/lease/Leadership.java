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

  /** Whether this replica leads, as far as it knows. Sends no request. */
  boolean leads();

  /**
   * Whether this replica leads now. Checked before each write.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if that cannot be known
   */
  boolean isOurs();
}
