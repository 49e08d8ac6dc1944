package dev.breakeven.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What was answered is not what was asked for, whatever its status says. */
public final class UnexpectedAnswer extends KubernetesClientException {

  private static final long serialVersionUID = 1L;

  /**
   * @param what it is not, such as {@code not a list}
   */
  public UnexpectedAnswer(String what) {
    super(what);
  }
}
