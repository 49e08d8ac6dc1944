package dev.breakeven.render.html;

import dev.breakeven.advice.Issue;
import dev.breakeven.render.words.Words;
import java.util.List;

/**
 * A part of the page that is there, or the reason why it is not; shaped as the template asks for
 * it.
 *
 * @param present the part, or nothing; never more than one
 * @param why one sentence where it is absent, else empty
 */
record Section<T>(List<T> present, String why) {

  static <T> Section<T> of(T part) {
    return new Section<>(List.of(part), "");
  }

  static <T> Section<T> absent(String why) {
    return new Section<>(List.of(), why);
  }

  static <T> Section<T> absent(Issue why) {
    return absent("Not known, " + why.reason().label() + ": " + HtmlFormat.sentence(Words.of(why)));
  }
}
