package dev.breakeven.prometheus.client;

import java.io.IOException;
import java.io.InputStream;

/** Passes another stream on in blocks; a single byte is a block of one. */
abstract class BlockInputStream extends InputStream {

  final InputStream in;

  BlockInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    int n = read(one, 0, 1);
    return n < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] buffer, int from, int length) throws IOException;

  @Override
  public void close() throws IOException {
    in.close();
  }
}
