package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name of a Kubernetes object. */
@JacksonAnnotationsInside
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Size(min = 1, max = 253)
@ValidationRule(
    value = "self.matches('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$')",
    message =
        "must be a Kubernetes name: lower-case letters, digits, - and ., starting and ending with a"
            + " letter or digit")
@interface KubernetesName {}
