package dev.breakeven.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** The API server's response is not of the expected kind, although its status code is fine. */
public final class UnexpectedAnswer extends KubernetesClientException {

  private static final long serialVersionUID = 1L;

  /**
   * @param what it is not, such as {@code not a list}
   */
  public UnexpectedAnswer(String what) {
    super(what);
  }
}
