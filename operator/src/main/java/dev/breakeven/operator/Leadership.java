package dev.breakeven.operator;

/** Whether this replica is the one that writes. */
interface Leadership {

  /** Of the only replica. */
  Leadership UNCONTESTED =
      new Leadership() {
        @Override
        public boolean isOurs() {
          return true;
        }

        @Override
        public void giveBack() {}
      };

  /**
   * Whether it leads now.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if that cannot be known
   */
  boolean isOurs();

  /**
   * Lets another replica lead at once; nothing where this one does not lead.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the lease was not given back
   */
  void giveBack();
}
