package dev.breakeven.cli.console;

import picocli.CommandLine.IVersionProvider;

/** The program's version, as picocli prints it. */
public final class ProgramVersion implements IVersionProvider {

  /** The version in the jar's manifest. */
  public static String number() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"breakeven " + number()};
  }
}
