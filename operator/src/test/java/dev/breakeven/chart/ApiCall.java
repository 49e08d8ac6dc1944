package dev.breakeven.chart;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request to an API server as RBAC sees it.
 *
 * @param verb such as {@code watch}
 * @param group API group; empty for the core group
 * @param resource plural, with its subresource as {@code costpolicies/status}
 * @param namespace empty where it asks of all namespaces, or of what has none
 * @param name empty where it asks for no one object
 */
record ApiCall(String verb, String group, String resource, String namespace, String name) {

  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/(?<group>[^/]+))/v[^/]+"
              + "(?:/namespaces/(?<namespace>[^/]+)(?=/))?"
              + "/(?<resource>[^/]+)(?:/(?<name>[^/]+)(?:/(?<subresource>[^/]+))?)?");

  /** What is asked for as a path, not as a resource: discovery, health. */
  static final String NO_RESOURCE = "";

  static ApiCall of(String method, URI uri) {
    Matcher path = PATH.matcher(uri.getPath());
    if (!path.matches()) {
      return new ApiCall(method.toLowerCase(Locale.ROOT), "", NO_RESOURCE, "", uri.getPath());
    }
    String name = orEmpty(path.group("name"));
    String subresource = orEmpty(path.group("subresource"));
    return new ApiCall(
        verb(method, name, String.valueOf(uri.getQuery())),
        orEmpty(path.group("group")),
        path.group("resource") + (subresource.isEmpty() ? "" : "/" + subresource),
        orEmpty(path.group("namespace")),
        name);
  }

  private static String verb(String method, String name, String query) {
    return switch (method) {
      case "GET" -> query.contains("watch=true") ? "watch" : name.isEmpty() ? "list" : "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> method;
    };
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
