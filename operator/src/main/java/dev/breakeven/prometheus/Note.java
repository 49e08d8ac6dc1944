package dev.breakeven.prometheus;

import dev.breakeven.reason.Message;

/**
 * Something to know beside a history.
 *
 * @param reason its name
 * @param message for a person of the policy's namespace
 */
public record Note(Reason reason, Message message) {

  /** Named reasons; a name never changes its meaning. */
  public enum Reason {
    /** The source has no such name, or the policy's namespace may not use it. */
    SOURCE_UNKNOWN,
    /** No engine profile of that name. */
    ENGINE_UNKNOWN,
    /** The source did not answer, or not usably. */
    SOURCE_UNAVAILABLE,
    /** Its clock and ours differ by more than a minute. */
    CLOCKS_DIFFER,
    /** Its clock and ours differ by more than a step, so that no step is what it seems to be. */
    CLOCKS_FAR_APART,
    /** It answered for a part of its data only; what that leaves in doubt is absent. */
    PARTIAL_ANSWER,
    /** No series of the engine for these workloads and this model. */
    SERIES_MISSING,
    /** The model's series stand under other names or labels. */
    SERIES_ELSEWHERE,
    /** The workloads' pods serve, but under another model name. */
    MODEL_NAME_DIFFERS,
    /** The workloads' pods also serve other models. */
    OTHER_MODELS_SERVED,
    /** Pods that may belong to more than one workload; their steps are absent. */
    AMBIGUOUS_ATTRIBUTION,
    /** Series left out because Prometheus did not set their namespace. */
    LABELS_NOT_TRUSTED,
    /** Only Kubernetes' state shows whether the labels of the series are true. */
    LABELS_UNCHECKED,
    /** Nothing ran in the newest steps; demand of then is unknown, the last seen is kept. */
    SCALED_TO_ZERO,
    /** Replicas come from the pods that were scraped, not from kube-state-metrics. */
    REPLICAS_FROM_PODS,
    /** Replicas that ran are not known. */
    REPLICAS_UNMEASURED,
    /** No pod is in any answer any more, though there are replicas. */
    PODS_VANISHED,
    /** Fewer pods are scraped than replicas exist. */
    PODS_UNSEEN,
    /** The same, for longer than a model takes to load. */
    PODS_UNSCRAPED,
    /** The engine has no metric for cached tokens, or shows none. */
    CACHE_UNMEASURED,
    /** More cached tokens than prompt tokens are counted. */
    CACHED_EXCEED_PROMPTS,
    /** Prefill and decode run apart, and no role is stated. */
    PROMPTS_COUNTED_TWICE,
    /** What prefill read and decode got do not agree. */
    HALVES_DIFFER,
    /** A gateway's tokens are those that the engines count, step by step. */
    GATEWAY_REPEATS_ENGINES,
    /** A gateway had more tokens from own GPUs than the engines count. */
    ENGINES_COUNT_LESS,
    /** Pods that no policy's workload owns serve the model. */
    PODS_UNOWNED,
    /** Scrapes of one target, or parts of one answer, do not agree. */
    SCRAPES_CONTRADICT,
    /** Addresses of a pod lead to one server, whose counts are taken once. */
    SERVER_REPEATED,
    /** Addresses of a pod show the same values, and may lead to one server or to two. */
    SERVERS_ALIKE,
    /** Series stand twice under a label that no `up` has; they count once. */
    SERIES_COPIED,
    /** A gateway's series stand twice under a label that no `up` has; they count once. */
    GATEWAY_SERIES_COPIED,
    /** Series show the same values under a label that may split a count or tell copies apart. */
    SERIES_ALIKE,
    /** Too little was seen to say whether addresses of a pod lead to one server. */
    SERVERS_UNTOLD,
    /** A series of these workloads cannot be read. */
    SERIES_UNREADABLE,
    /** Series of several clusters stand under one name. */
    CLUSTERS_MIXED,
    /** Tokens are known across gaps from what the counters rose, but not when they came. */
    GAPS_COUNTED,
    /** Engines restart so often that a part of what they count is never scraped. */
    COUNTS_LOST,
    /** No exporter reports how busy the pods' GPUs are. */
    GPU_UNMEASURED,
    /** A query for something other than tokens failed. */
    QUERY_FAILED,
    /** The window is still being read, so that there is only a part of it. */
    WINDOW_LOADING,
    /** The past is still being read. */
    HISTORY_LOADING
  }
}
