package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A calendar day, UTC. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 10, max = 10)
@ValidationRule(
    value =
        "self.matches('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$') ||"
            + " self.matches('^[0-9]{4}-(0[13-9]|1[0-2])-(29|30)$') ||"
            + " self.matches('^[0-9]{4}-(0[13578]|1[02])-31$') ||"
            + " self.matches('^([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$')",
    message = "must be a day of the calendar in quotes, such as \"2027-06-30\"")
@interface Day {}
