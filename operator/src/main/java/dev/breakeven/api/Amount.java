package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A string that is an amount of money: decimal, not negative, in the currency of its resource. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 1, max = 20)
@ValidationRule(
    value = "self.matches('^[0-9]{1,9}([.][0-9]{1,9})?$')",
    message =
        "must be an amount of money: a decimal of at least 0 in quotes, such as \"2.50\", with at"
            + " most 9 digits before the point and 9 after it")
@interface Amount {}
