{{- define "madoguchi.labels" -}}
app.kubernetes.io/name: madoguchi
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "madoguchi.allLabels" -}}
{{ include "madoguchi.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "madoguchi.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "madoguchi.claim" -}}
{{- $given := index .root.Values.storage .place -}}
{{ $given.existingClaim | default (printf "%s-%s" .root.Release.Name (kebabcase .place)) }}
{{- end }}

{{- define "madoguchi.checksum" -}}
{{ toJson (omit .Values "migration" "daily") | sha256sum }}
{{- end }}

{{- define "madoguchi.fromSecret" -}}
- name: {{ .variable }}
  valueFrom: {secretKeyRef: {name: {{ .secret }}, key: {{ .key }}}}
{{- end }}

{{/* The environment of one process: name, release, owner (whether it may change schemas). */}}
{{- define "madoguchi.environment" -}}
{{- $values := .root.Values -}}
{{- $web := .web | default dict -}}
- {name: MADOGUCHI_RELEASE, value: {{ .release | quote }}}
- {name: MADOGUCHI_BASE_HOST, value: {{ $values.baseHost | quote }}}
- {name: MADOGUCHI_STAFF_BASE_HOST, value: {{ $values.staffBaseHost | quote }}}
- {name: MADOGUCHI_TLS_HEADER, value: {{ $values.tlsHeader | quote }}}
- {name: MADOGUCHI_TRUSTED_PROXIES, value: {{ join "," $values.trustedProxies | quote }}}
- {name: MADOGUCHI_OPERATORS_NETWORKS, value: {{ join "," $values.operatorsNetworks | quote }}}
- {name: MADOGUCHI_HSTS_SECONDS, value: {{ $values.hstsSeconds | int | quote }}}
- {name: MADOGUCHI_SMTP_HOST, value: {{ $values.smtp.host | quote }}}
- {name: MADOGUCHI_SMTP_PORT, value: {{ $values.smtp.port | int | quote }}}
- {name: MADOGUCHI_SMTP_WITHOUT_TLS, value: {{ ternary "yes" "no" $values.smtp.withoutTls | quote }}}
{{- with $values.diskEvidence }}
- {name: MADOGUCHI_DISK_EVIDENCE, value: {{ . | quote }}}
{{- end }}
{{- with $values.smtp.second }}
- {name: MADOGUCHI_SMTP_SECOND, value: {{ . | quote }}}
{{- end }}
{{- with $values.smtp.spf }}
- {name: MADOGUCHI_MAIL_SPF, value: {{ . | quote }}}
{{- end }}
{{- if $values.bounces.enabled }}
- {name: MADOGUCHI_BOUNCE_HOST, value: {{ $values.bounces.host | quote }}}
{{- end }}
{{- with $values.virusScanners.addresses }}
- {name: MADOGUCHI_VIRUS_SCANNERS, value: {{ join "," . | quote }}}
{{- end }}
- {name: MADOGUCHI_VAR, value: /var/lib/madoguchi}
- {name: MADOGUCHI_KEY_STORE, value: /var/lib/madoguchi-keys/store}
- {name: MADOGUCHI_KEY_FILE, value: /run/madoguchi-wrapping/wrapping.key}
- {name: MADOGUCHI_JOURNAL, value: /var/lib/madoguchi-journal/bookings}
- {name: MADOGUCHI_METRICS, value: /tmp/metrics}
- {name: MADOGUCHI_OUTAGE_PAGES, value: /var/lib/madoguchi/outage-pages}
- {name: MADOGUCHI_DRAIN_FILE, value: /tmp/drain}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_SECRET_KEY" "secret" $values.secrets.app "key" "secret-key") }}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_DATABASE_URL" "secret" $values.secrets.app "key" "database-url") }}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_VALKEY_URL" "secret" $values.secrets.app "key" "valkey-url") }}
{{- if $values.smtp.signsIn }}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_SMTP_USER" "secret" $values.secrets.app "key" "smtp-user") }}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_SMTP_PASSWORD" "secret" $values.secrets.app "key" "smtp-password") }}
{{- end }}
{{- if and $values.metrics.enabled $web }}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_METRICS_TOKEN" "secret" $values.secrets.app "key" "metrics-token") }}
{{- end }}
{{- if not .owner }}
- {name: MADOGUCHI_POOLER, value: {{ $values.pooler.mode }}}
- {name: MADOGUCHI_PREPARES_STATEMENTS, value: {{ ternary "yes" "no" $values.pooler.preparesStatements | quote }}}
{{- end }}
{{- if .owner }}
- {name: MADOGUCHI_DATABASE_MODE, value: owner}
- {name: MADOGUCHI_TEMPLATES, value: /tmp/templates}
{{ include "madoguchi.fromSecret" (dict "variable" "MADOGUCHI_OWNER_DATABASE_URL" "secret" $values.secrets.owner "key" "owner-database-url") }}
{{- end }}
{{- if $web }}
- {name: PORT, value: "8000"}
- {name: MADOGUCHI_HOSTS, value: {{ join "," $web.hosts | quote }}}
- {name: MADOGUCHI_LEFT_OUT_PLUGINS, value: {{ join "," $web.leftOutPlugins | quote }}}
- {name: MADOGUCHI_WEB_WORKERS, value: {{ $web.workers | int | quote }}}
- {name: MADOGUCHI_WEB_THREADS, value: {{ $web.threads | int | quote }}}
{{- end }}
{{- with .more }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The body of a pod: name, args, release, owner, web, port (of a server of mails), more, resources, keys (every
place, and the wrapping key), copies (the wrapped keys to read, and where copies go), restart (of a job). */}}
{{- define "madoguchi.pod" -}}
{{- $values := .root.Values -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- if not .early }}
serviceAccountName: {{ printf "%s-madoguchi" .root.Release.Name }}
{{- end }}
terminationGracePeriodSeconds: 60
{{- with .restart }}
restartPolicy: {{ . }}
{{- end }}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- if .keys }}
initContainers:
  # A file of a Secret belongs to root and is readable by its group; a wrapping key may not be.
  - name: wrapping-key
    image: {{ include "madoguchi.image" .root }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    command: [install, -m, "600", /run/secrets/wrapping/wrapping.key, /run/madoguchi-wrapping/wrapping.key]
    securityContext: {{- include "madoguchi.confined" . | nindent 6 }}
    resources:
      requests: {cpu: 10m, memory: 16Mi}
      limits: {memory: 64Mi}
    volumeMounts:
      - {name: wrapping-secret, mountPath: /run/secrets/wrapping, readOnly: true}
      - {name: wrapping, mountPath: /run/madoguchi-wrapping}
{{- end }}
containers:
  - name: {{ .name }}
    image: {{ include "madoguchi.image" .root }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{- toYaml .args | nindent 6 }}
    env: {{- include "madoguchi.environment" . | nindent 6 }}
    securityContext: {{- include "madoguchi.confined" . | nindent 6 }}
    resources: {{- toYaml .resources | nindent 6 }}
    {{- if .web }}
    ports:
      - {name: http, containerPort: 8000}
    startupProbe:
      httpGet: {path: /livez, port: http}
      periodSeconds: 2
      failureThreshold: 60
    livenessProbe:
      httpGet: {path: /livez, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 3
    readinessProbe:
      httpGet: {path: /readyz, port: http}
      periodSeconds: 5
      timeoutSeconds: 5
      failureThreshold: 2
    lifecycle:
      # /readyz says no, the ingress takes the pod out, and only then it is told to stop.
      preStop: {exec: {command: [sh, -c, 'touch "$MADOGUCHI_DRAIN_FILE"; sleep 10']}}
    {{- end }}
    {{- with .port }}
    ports:
      - {name: mail, containerPort: {{ . }}}
    startupProbe:
      tcpSocket: {port: mail}
      periodSeconds: 2
      failureThreshold: 60
    livenessProbe:
      tcpSocket: {port: mail}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 3
    readinessProbe:
      tcpSocket: {port: mail}
      periodSeconds: 5
      timeoutSeconds: 5
      failureThreshold: 2
    {{- end }}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
      {{- if .copies }}
      - {name: keys, mountPath: /var/lib/madoguchi-keys, readOnly: true}
      - {name: key-copies, mountPath: /var/lib/madoguchi-key-copies}
      {{- end }}
      {{- if .keys }}
      - {name: files, mountPath: /var/lib/madoguchi}
      - {name: keys, mountPath: /var/lib/madoguchi-keys}
      - {name: journal, mountPath: /var/lib/madoguchi-journal}
      - {name: wrapping, mountPath: /run/madoguchi-wrapping, readOnly: true}
      {{- end }}
      {{- if $values.secrets.databaseAuthority }}
      - {name: database-authority, mountPath: /etc/madoguchi/database, readOnly: true}
      {{- end }}
volumes:
  - {name: tmp, emptyDir: {sizeLimit: 256Mi}}
  {{- if .copies }}
  {{- range $name, $place := dict "keys" "keys" "key-copies" "keyCopies" }}
  - {name: {{ $name }}, persistentVolumeClaim: {claimName: {{ include "madoguchi.claim" (dict "root" $.root "place" $place) }}}}
  {{- end }}
  {{- end }}
  {{- if .keys }}
  - {name: wrapping, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
  - {name: wrapping-secret, secret: {secretName: {{ $values.secrets.wrapping }}, defaultMode: 0440}}
  {{- range $place := list "files" "keys" "journal" }}
  - {name: {{ $place }}, persistentVolumeClaim: {claimName: {{ include "madoguchi.claim" (dict "root" $.root "place" $place) }}}}
  {{- end }}
  {{- end }}
  {{- with $values.secrets.databaseAuthority }}
  - {name: database-authority, secret: {secretName: {{ . }}, defaultMode: 0440}}
  {{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "madoguchi.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "madoguchi.spread" -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{- include "madoguchi.labels" $ | nindent 6 }}
{{- end }}
{{- end }}
