package dev.breakeven.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

  @Test
  void whatIsWrittenArrives() throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    StandardOutput out = new StandardOutput(target);
    out.write('a');
    out.write(new byte[] {'b', 'c'});
    out.flush();
    assertThat(target.toString(java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("abc");
    assertThat(out.lost()).isEmpty();
  }

  @Test
  void aFullDiskIsSaid() {
    StandardOutput out = new StandardOutput(failing("No space left on device"));
    assertThatThrownBy(() -> out.write('a')).isInstanceOf(IOException.class);
    assertThat(out.lost()).hasValue("No space left on device");
  }

  @Test
  void aReaderThatHadEnoughIsNoFailure() {
    StandardOutput out = new StandardOutput(failing("Broken pipe"));
    assertThatThrownBy(() -> out.write('a')).isInstanceOf(IOException.class);
    assertThat(out.lost()).isEmpty();
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(why);
      }
    };
  }
}
