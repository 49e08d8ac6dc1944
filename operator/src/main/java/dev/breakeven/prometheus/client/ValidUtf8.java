package dev.breakeven.prometheus.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A text in UTF-8 as it is, with U+FFFD for what is none. Stores hand on the labels that they were
 * fed: one that is not in UTF-8 must not cost all others their answer.
 */
final class ValidUtf8 extends BlockInputStream {

  private static final int LONGEST_CHARACTER = 4;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final byte[] begun = new byte[LONGEST_CHARACTER]; // of a character whose end is to come
  private int begunBytes;
  private ByteBuffer mended = ByteBuffer.allocate(0);

  ValidUtf8(InputStream in) {
    super(in);
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    while (true) {
      if (mended.hasRemaining()) {
        int n = Math.min(length, mended.remaining());
        mended.get(buffer, from, n);
        return n;
      }
      int n = in.read(buffer, from, length);
      if (n > 0 && begunBytes == 0 && isAscii(buffer, from, from + n)) {
        return n;
      }
      if (n < 0 && begunBytes == 0) {
        return n;
      }
      mend(buffer, from, Math.max(0, n), n < 0);
    }
  }

  private static boolean isAscii(byte[] buffer, int from, int to) {
    int all = 0;
    for (int i = from; i < to; i++) {
      all |= buffer[i];
    }
    return all >= 0;
  }

  private void mend(byte[] buffer, int from, int length, boolean isEnd) {
    ByteBuffer bytes = ByteBuffer.allocate(begunBytes + length);
    bytes.put(begun, 0, begunBytes).put(buffer, from, length).flip();
    CharBuffer text = CharBuffer.allocate(bytes.remaining() + 1);
    decoder.reset();
    decoder.decode(bytes, text, isEnd);
    begunBytes = bytes.remaining();
    bytes.get(begun, 0, begunBytes);
    mended = StandardCharsets.UTF_8.encode(text.flip());
  }
}
