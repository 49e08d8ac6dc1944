package dev.breakeven.testing;

import java.nio.file.Path;

/**
 * A whole cluster, with its own controllers, that somebody else runs.
 *
 * @param origin where it comes from, for people
 * @param kubeconfig with which everything is allowed
 * @param end ends it, where it is ours to end
 */
record GivenCluster(String origin, Path kubeconfig, Runnable end) implements RunningControlPlane {

  @Override
  public void startControllers() {}

  @Override
  public void stopControllers() {}

  @Override
  public boolean hasControllers() {
    return true;
  }

  @Override
  public void close() {
    end.run();
  }
}
