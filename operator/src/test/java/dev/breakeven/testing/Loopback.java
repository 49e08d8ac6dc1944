package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;

/** Servers on 127.0.0.1. */
public final class Loopback {

  /** Linux gives connections ports from 32768 on, others from 49152 on. */
  private static final int FIRST_PORT = 15_000;

  private static final int LAST_PORT = 29_999;

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Loopback() {}

  /**
   * A port that was free a moment ago. Somebody else may take it before it is bound: whoever starts
   * a server on it must look whether that server lives, and try again. It is not among those that
   * the system gives to connections, so that none is given it before the server starts, or while
   * that is away.
   */
  public static int freePort() {
    for (int tries = 1; ; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        if (tries == 100) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** What an address answers with code 200; empty for any other code, or where nobody answers. */
  public static String textAt(String address) {
    return textAt(address, HttpClient.newHttpClient());
  }

  /** The same over TLS, of whoever is trusted so. */
  public static String textAt(String address, SSLContext trust) {
    return textAt(address, HttpClient.newBuilder().sslContext(trust).build());
  }

  private static String textAt(String address, HttpClient client) {
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(2)).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until a server answers.
   *
   * @throws IllegalStateException with the server's last words, if it ends or stays silent
   */
  public static void await(ChildProcess process, BooleanSupplier answers) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      if (!process.isAlive()) {
        throw new IllegalStateException("it has ended: " + process.lastWords());
      }
      if (answers.getAsBoolean()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("it does not answer: " + process.lastWords());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
