package dev.breakeven.prometheus.collect.request;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that are read of a response. */
public final class CountingInputStream extends FilterInputStream {

  private final AtomicLong bytes;

  public CountingInputStream(InputStream body, AtomicLong bytes) {
    super(body);
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    bytes.addAndGet(next < 0 ? 0 : 1);
    return next;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int n = super.read(buffer, from, length);
    bytes.addAndGet(Math.max(0, n));
    return n;
  }
}
