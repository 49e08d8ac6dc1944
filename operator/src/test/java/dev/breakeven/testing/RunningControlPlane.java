package dev.breakeven.testing;

import java.nio.file.Path;

/** A Kubernetes API server that answers, however it was come by. */
public interface RunningControlPlane extends AutoCloseable {

  /** Where it comes from, for people. */
  String origin();

  /** A kubeconfig with which everything is allowed. */
  Path kubeconfig();

  /**
   * Makes Kubernetes' own controllers run, so that a Deployment gets its pods and a deleted
   * namespace goes.
   */
  void startControllers();

  /** Ends what {@link #startControllers} started; a whole cluster keeps its own. */
  void stopControllers();

  /** Whether controllers run now. */
  boolean hasControllers();

  @Override
  void close();
}
