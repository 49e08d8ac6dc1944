package dev.breakeven.pricelist;

import java.util.regex.Pattern;

/** What a rate card takes as the name of an offer or a model; the definition says the same. */
final class OfferName {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._:/@+-]{0,252}");

  private OfferName() {}

  static boolean isAllowed(String name) {
    return FORM.matcher(name).matches();
  }
}
