package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A model's or an offer's name: what hubs, engines and price lists use, and nothing a query could
 * be broken with.
 */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 1, max = 253)
@ValidationRule(
    value = "self.matches('^[A-Za-z0-9/][A-Za-z0-9._:/@+-]*$')",
    message =
        "must start with a letter, digit or / and hold only letters, digits and . _ : / @ + -")
@interface ModelName {}
