/**
 * What every setup in Kubernetes shares: the auth server as a Deployment with its Service, and policies that leave no
 * way to it and to the application but through the load balancer.
 * @module
 */
import type { Protocol, ServerMode } from '../auth-server/modes.ts'
import { readAppService } from './app-service.ts'
import type { Description } from './description.ts'
import { formatCheckOptions } from './serve-command.ts'
import { quoteYaml } from './yaml-text.ts'

/** The load balancer's own pods, as a NetworkPolicy selects them. */
export interface ProxyPods {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

export interface AuthServerOptions {
  readonly mode: ServerMode
  readonly protocol: Protocol
  readonly pods: ProxyPods
}

/** Where the auth server listens in its pod, and at its Service. */
export const AUTH_PORT = 9190

const ADMIN_PORT = 9191

function formatArguments(description: Description, { mode, protocol }: AuthServerOptions): string {
  const flags = [
    ['--lb', mode],
    ['--protocol', protocol],
    ['--keys', '/etc/sallyport/origin.jwks.json'],
    ['--listen', `0.0.0.0:${AUTH_PORT}`],
    ['--admin', `0.0.0.0:${ADMIN_PORT}`],
    ...formatCheckOptions(description, mode),
  ]
  return flags.map(([flag = '', value = '']) => `            - ${quoteYaml(`${flag}=${value}`)}\n`).join('')
}

function formatLabels(labels: Readonly<Record<string, string>>, spaces: number): string {
  return Object.entries(labels)
    .map(([key, value]) => `${' '.repeat(spaces)}${key}: ${quoteYaml(value)}\n`)
    .join('')
}

function formatWorkload(description: Description, options: AuthServerOptions): string {
  const { name, namespace } = description.kubernetes
  const own = { 'app.kubernetes.io/name': name }
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
${formatLabels(own, 4)}spec:
  # One: what has been used is remembered in this process. For more, add "--redis=redis://HOST:6379" to all of them.
  replicas: 1
  # Never two at a time without a shared memory: each would let a request in once. A new one refuses what was signed
  # before it started.
  strategy:
    type: Recreate
  selector:
    matchLabels:
${formatLabels(own, 6)}  template:
    metadata:
      labels:
${formatLabels(own, 8)}    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: auth-server
          # Node.js with the package "sallyport": see docs/kubernetes.md for the four lines that make it.
          image: sallyport:latest
          command: ["sallyport", "origin", "serve"]
          args:
${formatArguments(description, options)}          ports:
            - name: ${options.protocol}
              containerPort: ${AUTH_PORT}
            - name: admin
              containerPort: ${ADMIN_PORT}
          readinessProbe:
            httpGet:
              path: /healthz
              port: admin
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /healthz
              port: admin
            periodSeconds: 10
            failureThreshold: 6
          resources:
            requests:
              cpu: 100m
              memory: 96Mi
            limits:
              memory: 256Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]
          volumeMounts:
            - name: keys
              mountPath: /etc/sallyport
              readOnly: true
      volumes:
        - name: keys
          secret:
            # kubectl -n ${namespace} create secret generic ${name}-keys --from-file=origin.jwks.json
            secretName: ${name}-keys
            # 0440 in octal.
            defaultMode: 288
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector:
${formatLabels(own, 4)}  ports:
    - name: ${options.protocol}
      port: ${AUTH_PORT}
      targetPort: ${options.protocol}
${options.protocol === 'grpc' ? '      # gRPC is HTTP/2 without TLS here.\n      appProtocol: kubernetes.io/h2c\n' : ''}`
}

function formatSource({ namespace, labels }: ProxyPods): string {
  return `        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ${quoteYaml(namespace)}
          podSelector:
            matchLabels:
${formatLabels(labels, 14)}`
}

function formatPolicies(description: Description, { pods }: AuthServerOptions): string {
  const { name, namespace } = description.kubernetes
  const app = readAppService(description)
  return `# Who can ask the auth server can use up a stolen request, and no more; nobody else needs to.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}-auth-server
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
${formatLabels({ 'app.kubernetes.io/name': name }, 6)}  policyTypes: ["Ingress"]
  ingress:
    # Health probes come from the node, which policies do not hold off. Add what reads /metrics at ${ADMIN_PORT}.
    - from:
${formatSource(pods)}      ports:
        - protocol: TCP
          port: ${AUTH_PORT}
---
# The application's pods, through the load balancer only: else any pod could pass the check by. Change the label to
# theirs; needs a network plugin that enforces policies.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}-app
  namespace: ${app.namespace}
spec:
  podSelector:
    matchLabels:
${formatLabels({ 'app.kubernetes.io/name': app.name }, 6)}  policyTypes: ["Ingress"]
  ingress:
    - from:
${formatSource(pods)}`
}

/** Deployment and Service of the auth server, and the two policies: documents of YAML, separated by `---`. */
export function formatKubernetes(description: Description, options: AuthServerOptions): string {
  return `${formatWorkload(description, options)}---\n${formatPolicies(description, options)}`
}
