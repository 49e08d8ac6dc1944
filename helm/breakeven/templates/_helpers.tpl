{{- define "breakeven.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "breakeven.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "breakeven.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "breakeven.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Names of what has no namespace carry the release's, so that two releases do not meet. */}}
{{- define "breakeven.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "breakeven.fullname" .) | trunc 100 | trimSuffix "-" }}
{{- end }}

{{- define "breakeven.selectorLabels" -}}
app.kubernetes.io/name: {{ include "breakeven.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "breakeven.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "breakeven.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "breakeven.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "breakeven.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: with serviceAccount.create off, the name of a service account that exists" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "breakeven.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* API group of an apiVersion: apps/v1 is apps, v1 is the core group. */}}
{{- define "breakeven.group" -}}
{{- if contains "/" . }}{{ first (splitList "/" .) }}{{ end }}
{{- end }}

{{/* What a policy's namespace is read and written for: the whole of the operator's namespaced rights but its lease. */}}
{{- define "breakeven.namespacedRules" -}}
# What it advises on, and the answer.
- apiGroups: [breakeven.dev]
  resources: [costpolicies]
  verbs: [list, watch]
- apiGroups: [breakeven.dev]
  resources: [costpolicies/status]
  verbs: [patch]
# The workloads that policies name.
{{- range .Values.workloadKinds }}
- apiGroups: [{{ include "breakeven.group" .apiVersion | quote }}]
  resources: [{{ default (printf "%ss" (lower .kind)) .resource }}]
  verbs: [list, watch]
{{- end }}
{{- if .Values.nodes }}
# On which nodes their pods are.
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
{{- end }}
# News of a change of the verdict or the advice.
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}

{{- define "breakeven.clusterRules" -}}
{{- if or .Values.metrics.tokenReview .Values.report.enabled }}
# Who reads metrics or the report, and whether that is allowed.
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}
{{- if .Values.rateCards }}
# Prices shared by policies.
- apiGroups: [breakeven.dev]
  resources: [ratecards]
  verbs: [list, watch]
{{- end }}
{{- if .Values.nodes }}
# Labels that name the GPU product and the purchase option.
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
{{- end }}
{{- end }}

{{/* How the port is scraped and probed. */}}
{{- define "breakeven.scheme" -}}
{{- if .Values.metrics.tls.secretName }}https{{ else }}http{{ end }}
{{- end }}

{{/* What a monitor needs to come in. */}}
{{- define "breakeven.scrapeDoor" -}}
{{- if .Values.metrics.tls.secretName -}}
scheme: https
tlsConfig:
  ca:
    secret: {name: {{ .Values.metrics.tls.secretName }}, key: ca.crt}
  serverName: {{ include "breakeven.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end }}
{{- end }}

{{/* Milliseconds of a length of time such as 90s. */}}
{{- define "breakeven.milliseconds" -}}
{{- $unit := regexFind "[a-z]+$" . }}
{{- mul (regexFind "^[0-9]+" . | int64) (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000) $unit) }}
{{- end }}

{{/* Refuses a length of time that is not within bounds: list NAME VALUE LEAST MOST. */}}
{{- define "breakeven.within" -}}
{{- $is := include "breakeven.milliseconds" (index . 1) | int64 }}
{{- if or (lt $is (include "breakeven.milliseconds" (index . 2) | int64)) (gt $is (include "breakeven.milliseconds" (index . 3) | int64)) }}
{{- fail (printf "%s: %s is not between %s and %s" (index . 0) (index . 1) (index . 2) (index . 3)) }}
{{- end }}
{{- end }}

{{/* Refuses a monitor that Prometheus would refuse: list NAME VALUES. */}}
{{- define "breakeven.checkMonitor" -}}
{{- $values := index . 1 }}
{{- if gt (include "breakeven.milliseconds" $values.scrapeTimeout | int64) (include "breakeven.milliseconds" $values.interval | int64) }}
{{- fail (printf "%s: a scrapeTimeout of %s is longer than the interval of %s" (index . 0) $values.scrapeTimeout $values.interval) }}
{{- end }}
{{- end }}

{{/* What cannot be said in the schema, in words. The operator refuses the same, but as a pod that does not start. */}}
{{- define "breakeven.check" -}}
{{- include "breakeven.within" (list "cycle" .Values.cycle "1s" "1h") }}
{{- include "breakeven.within" (list "history" .Values.history "1d" "28d") }}
{{- include "breakeven.within" (list "leaseDuration" .Values.leaseDuration "3s" "5m") }}
{{- if and .Values.metrics.tokenReview (not .Values.metrics.tls.secretName) }}
{{- fail "metrics.tokenReview requires metrics.tls.secretName: without TLS, tokens would be sent unencrypted" }}
{{- end }}
{{- if and .Values.report.enabled (not .Values.metrics.tls.secretName) }}
{{- fail "report.enabled: needs metrics.tls.secretName; without TLS, anybody on the network could read the tokens of its readers" }}
{{- end }}
{{- include "breakeven.checkMonitor" (list "serviceMonitor" .Values.serviceMonitor) }}
{{- include "breakeven.checkMonitor" (list "podMonitor" .Values.podMonitor) }}
{{- if and .Values.metrics.tokenReview .Values.podMonitor.enabled }}
{{- fail "podMonitor.enabled: a PodMonitor cannot send Prometheus' own token, which metrics.tokenReview wants; use serviceMonitor" }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled }}
{{- fail "podMonitor.enabled: with serviceMonitor.enabled every replica would be scraped twice; choose one" }}
{{- end }}
{{- range $name, $source := .Values.sources }}
{{- with $source.timeout }}
{{- include "breakeven.within" (list (printf "sources.%s.timeout" $name) . "1s" "10m") }}
{{- end }}
{{- with $source.ca }}
{{- if eq (empty .secret) (empty .configMap) }}
{{- fail (printf "sources.%s.ca: give the secret or the configMap that holds it" $name) }}
{{- end }}
{{- end }}
{{- if and $source.bearerToken $source.basicAuth }}
{{- fail (printf "sources.%s: give bearerToken or basicAuth, not both" $name) }}
{{- end }}
{{- if and $source.serviceAccountToken (or $source.bearerToken $source.basicAuth) }}
{{- fail (printf "sources.%s: give serviceAccountToken or another way to authenticate, not both" $name) }}
{{- end }}
{{- end }}
{{- if and .Values.rateCard.create (not .Values.rateCards) }}
{{- fail "rateCard.create: a card that nobody reads; rateCards is off" }}
{{- end }}
{{- if and .Values.rateCard.create (not .Values.rateCard.spec) }}
{{- fail "rateCard.spec: a card needs at least a currency" }}
{{- end }}
{{- end }}

{{/* Directory of a source's files, one projected volume each. */}}
{{- define "breakeven.sourceDir" -}}
/var/run/breakeven/sources/{{ . }}
{{- end }}

{{/* Whether a source has files to mount. */}}
{{- define "breakeven.sourceHasFiles" -}}
{{- if or .ca .bearerToken .basicAuth .clientCertificate .serviceAccountToken }}yes{{ end }}
{{- end }}

{{/* The operator's one file. */}}
{{- define "breakeven.configuration" -}}
cycle: {{ .Values.cycle }}
listen: "0.0.0.0:{{ .Values.metrics.port }}"
watchNamespaces: {{ toJson .Values.watchNamespaces }}
workloadKinds:
{{- range .Values.workloadKinds }}
  - apiVersion: {{ .apiVersion }}
    kind: {{ .kind }}
{{- end }}
rateCards: {{ .Values.rateCards }}
nodes: {{ .Values.nodes }}
history: {{ .Values.history }}
metricsPolicies: {{ int .Values.metrics.maxPolicies }}
{{- if .Values.metrics.tls.secretName }}
certificateFile: /etc/breakeven-tls/tls.crt
keyFile: /etc/breakeven-tls/tls.key
tokenReview: {{ .Values.metrics.tokenReview }}
report: {{ .Values.report.enabled }}
{{- end }}
leaderElection:
  enabled: true
  leaseName: {{ include "breakeven.fullname" . }}
  leaseNamespace: {{ .Release.Namespace }}
  leaseDuration: {{ .Values.leaseDuration }}
logFormat: {{ .Values.logFormat }}
{{- with .Values.engines }}
engines:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.sources }}
sources:
{{- range $name, $source := .Values.sources }}
{{- $dir := include "breakeven.sourceDir" $name }}
  {{ $name }}:
    url: {{ $source.url | quote }}
    {{- if $source.ca }}
    caFile: {{ $dir }}/ca.crt
    {{- end }}
    {{- if or $source.bearerToken $source.serviceAccountToken }}
    bearerTokenFile: {{ $dir }}/token
    {{- end }}
    {{- with $source.basicAuth }}
    username: {{ .username | quote }}
    passwordFile: {{ $dir }}/password
    {{- end }}
    {{- if $source.clientCertificate }}
    clientCertificateFile: {{ $dir }}/tls.crt
    clientKeyFile: {{ $dir }}/tls.key
    {{- end }}
    {{- range $option := list "headers" "matchers" "timeout" "maxAnswerBytes" "allowedNamespaces" "gpuJobs" "stateJobs" "engineJobs" "gateway" "gatewayMatchers" "gatewaySharedWith" "opencostCurrencyCode" "opencostMatchers" "opencostPrice" }}
    {{- if hasKey $source $option }}
    {{ $option }}: {{ get $source $option | toJson }}
    {{- end }}
    {{- end }}
{{- end }}
{{- else }}
sources: {}
{{- end }}
{{- end }}

{{/* Port of a source's pods: podPort, else that of its URL. */}}
{{- define "breakeven.sourcePort" -}}
{{- $url := urlParse .url }}
{{- $given := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- if .podPort }}{{ .podPort }}
{{- else if $given }}{{ $given }}
{{- else if eq $url.scheme "https" }}443
{{- else }}80
{{- end }}
{{- end }}
