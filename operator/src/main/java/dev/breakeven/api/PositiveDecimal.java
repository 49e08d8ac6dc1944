package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A string that is a decimal number above 0. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 1, max = 24)
@ValidationRule(
    value = "self.matches('^[0-9]{1,12}([.][0-9]{1,9})?$') && double(self) > 0.0",
    message =
        "must be a decimal above 0 in quotes, such as \"14571\" or \"0.25\", with at most 12 digits"
            + " before the point and 9 after it")
@interface PositiveDecimal {}
