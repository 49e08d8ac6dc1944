package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A string that is a decimal number from 0.001 to a thousand million, as rates and ratios are. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 1, max = 24)
@ValidationRule(
    value =
        "self.matches('^[0-9]{1,10}([.][0-9]{1,9})?$') && double(self) >= 0.001"
            + " && double(self) <= 1000000000.0",
    message =
        "must be a decimal from 0.001 to 1000000000 in quotes, such as \"14571\" or \"0.25\", with"
            + " at most 9 digits after the point")
@interface PositiveDecimal {}
