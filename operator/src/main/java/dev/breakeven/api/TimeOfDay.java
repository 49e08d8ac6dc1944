package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A time of the day, to the minute. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 5, max = 5)
@ValidationRule(
    value = "self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]$')",
    message = "must be a time of the day in quotes, such as \"16:30\"")
@interface TimeOfDay {}
