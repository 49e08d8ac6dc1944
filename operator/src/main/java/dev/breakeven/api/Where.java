package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Where a fact was read: a URL, or a few words. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 1, max = 500)
@ValidationRule(value = Where.ONE_LINE, message = "must be one line")
@interface Where {
  /** CEL: no control character, so that it cannot break a line of a log or a table. */
  String ONE_LINE = "!self.matches('[[:cntrl:]]')";
}
