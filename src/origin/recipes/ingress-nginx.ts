/**
 * ingress-nginx, retired in March 2026 and still in many clusters: each request is asked about by annotations.
 * @module
 */
import { FACT_FIELDS, FACTS } from '../facts.ts'
import { readAppService } from './app-service.ts'
import type { Description, Recipe } from './description.ts'
import { AUTH_PORT, formatKubernetes } from './kubernetes.ts'
import { CLEARED_FIELDS } from './nginx-cleared.ts'
import { quoteYaml } from './yaml-text.ts'

/** Where its chart installs it. */
const PODS = { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } } as const

/** Fields that its template sets itself, from the connection: a second line of the same name would not replace them. */
const OWN: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-original-forwarded-for',
  'x-original-forwarded-host',
  'x-real-ip',
  'x-request-id',
  'x-scheme',
])

function listTold({ facts }: Description): string[] {
  return ['Forwarded', ...FACTS.filter((fact) => facts.includes(fact)).map((fact) => FACT_FIELDS[fact])]
}

function formatCleared(description: Description): string {
  const told = new Set(listTold(description).map((name) => name.toLowerCase()))
  return CLEARED_FIELDS.filter((name) => !told.has(name.toLowerCase()) && !OWN.has(name.toLowerCase()))
    .map((name) => `  ${name}: ""\n`)
    .join('')
}

function formatIngress(description: Description): string {
  const { name, namespace } = description.kubernetes
  const app = readAppService(description)
  const hosts = new Set(description.authorities.map((authority) => authority.replace(/:[0-9]+$/, '')))
  const rules = Array.from(
    hosts,
    (host) => `    - host: ${quoteYaml(host)}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${app.name}
                port:
                  number: ${app.port}
`,
  )
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: ${app.namespace}
  annotations:
    nginx.ingress.kubernetes.io/auth-url: "http://${name}.${namespace}.svc.cluster.local:${AUTH_PORT}/verify"
    # The template tells the target in X-Original-URL and the method in X-Original-Method; the auth server reads
    # these two and nothing else. GET, as no body goes with the question.
    nginx.ingress.kubernetes.io/auth-method: GET
    # X-Forwarded-* and X-Real-IP stay the controller's own and say the edge's address: read Forwarded.
    nginx.ingress.kubernetes.io/auth-response-headers: ${quoteYaml(listTold(description).join(','))}
    # The edge bounds bodies.
    nginx.ingress.kubernetes.io/proxy-body-size: "0"
    nginx.ingress.kubernetes.io/proxy-request-buffering: "off"
spec:
  # Every other Ingress for the same application needs these annotations too: one without them is an open door.
  ingressClassName: nginx
  rules:
${rules.join('')}`
}

function formatController({ kubernetes: { name, namespace } }: Description): string {
  return `# Settings to merge into the ConfigMap of the controller; they hold for all of its Ingresses.
apiVersion: v1
kind: ConfigMap
metadata:
  name: ingress-nginx-controller
  namespace: ${PODS.namespace}
data:
  # What clients may not say, as empty fields. The controller reads it when it starts or this ConfigMap changes.
  proxy-set-headers: "${namespace}/${name}-cleared-fields"
  use-forwarded-headers: "false"
  enable-underscores-in-headers: "false"
  ignore-invalid-headers: "true"
  large-client-header-buffers: "8 16k"
`
}

/** An upgrade at a probe's path would pass as well, as the auth server is not told of it. */
function formatProbeNote({ unsigned }: Description): string {
  if (unsigned.length === 0) return ''
  return `#   - Nothing passes unsigned through the controller, ${unsigned.join(' and ')} neither: the kubelet asks the pods themselves.
`
}

function formatText(description: Description): string {
  const { name, namespace } = description.kubernetes
  return `# The second door for ingress-nginx: only what the edge has signed gets to the application.
#
# ingress-nginx was retired in March 2026 and gets no more fixes: use this to be safe until you have moved, to Gateway
# API or Traefik for example ("sallyport origin config --lb gateway-api").
# Made from its template as of v1.15.1, not run by the project. Prove it with: sallyport origin doctor
#
# What it cannot do:
#   - The auth server is not told Content-Length, Transfer-Encoding and Connection of the client: content behind a
#     signed GET is not refused.
#   - Host for the application stays the origin's own; Forwarded says the public one.
#   - A target in absolute form goes to the Ingress of the host in it, while Host is what is verified: whoever steals a
#     request before it is used can take it to another Ingress of this controller.
#   - X-Forwarded-For, X-Original-Forwarded-For and X-Request-ID are not vouched for.
${formatProbeNote(description)}# The middleware of the package "sallyport" in the application does all of it, and needs none of this.
${formatIngress(description)}---
${formatController(description)}---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}-cleared-fields
  namespace: ${namespace}
data:
${formatCleared(description)}---
${formatKubernetes(description, { mode: 'ingress-nginx', protocol: 'http', pods: PODS })}`
}

/** Writes one manifest. */
export const ingressNginx: Recipe = (description) => [
  { name: 'sallyport.yaml', place: 'kubectl apply -f sallyport.yaml', text: formatText(description) },
]
