/**
 * Envoy Gateway in Kubernetes: a SecurityPolicy sends each request to the auth server by gRPC.
 * @module
 */
import { readAppService } from './app-service.ts'
import type { Description, Recipe } from './description.ts'
import { AUTH_PORT, formatKubernetes } from './kubernetes.ts'

const CONTROLLER_NAMESPACE = 'envoy-gateway-system'

function formatGateway(description: Description): string {
  const { scheme, listen } = description
  const { name, namespace } = description.kubernetes
  const app = readAppService(description)
  const allowed =
    app.namespace === namespace
      ? ''
      : `      allowedRoutes:
        namespaces:
          from: Selector
          selector:
            matchLabels:
              kubernetes.io/metadata.name: ${app.namespace}
`
  const listener =
    scheme === 'https'
      ? `    - name: https
      port: ${listen.port}
      protocol: HTTPS
      tls:
        mode: Terminate
        certificateRefs:
          # kubectl -n ${namespace} create secret tls ${name}-tls --cert=FILE --key=FILE
          - name: ${name}-tls
`
      : `    - name: http\n      port: ${listen.port}\n      protocol: HTTP\n`
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  # A class whose controller is gateway.envoyproxy.io/gatewayclass-controller.
  gatewayClassName: envoy
  listeners:
${listener}${allowed}`
}

function formatRoute(description: Description): string {
  const { name, namespace } = description.kubernetes
  const app = readAppService(description)
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
  namespace: ${app.namespace}
spec:
  parentRefs:
    - name: ${name}
      namespace: ${namespace}
  # No hostnames: the auth server knows which hosts are ours.
  rules:
    - filters:
        - type: ExtensionRef
          extensionRef:
            group: gateway.envoyproxy.io
            kind: HTTPRouteFilter
            name: ${name}-public-host
      backendRefs:
        - name: ${app.name}
          port: ${app.port}
---
# The public host, from the answer of the auth server. A request without it keeps its own.
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: HTTPRouteFilter
metadata:
  name: ${name}-public-host
  namespace: ${app.namespace}
spec:
  urlRewrite:
    appendXForwardedHost: false
    hostname:
      type: Header
      header: x-forwarded-host
`
}

function formatSecurity({ kubernetes: { name, namespace } }: Description): string {
  return `# On the Gateway, so that a route added later is behind the door as well. A SecurityPolicy on a route takes the
# place of this one: let no such policy be made without extAuth.
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: ${name}
  extAuth:
    # No answer is a refusal.
    failOpen: false
    statusOnError: 503
    timeout: 2s
    # No headersToExtAuth: over gRPC that asks about all fields, so that the answer can name those to take away. With
    # a list, what is not in it would pass unseen.
    grpc:
      backendRefs:
        - name: ${name}
          port: ${AUTH_PORT}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: ${name}
  headers:
    # Applications behind a gateway interface read "_" as "-" (RFC 3875 section 4.1.18).
    withUnderscoresAction: RejectRequest
    enableEnvoyHeaders: false
  # The target as it came, as far as Envoy Gateway lets it: dot segments are resolved, and then the signature fails.
  path:
    disableMergeSlashes: true
    escapedSlashesAction: KeepUnchanged
`
}

/** Writes one manifest. */
export const envoyGateway: Recipe = (description) => {
  const { name } = description.kubernetes
  const pods = {
    namespace: CONTROLLER_NAMESPACE,
    labels: { 'gateway.envoyproxy.io/owning-gateway-name': name },
  }
  const text = `# The second door for Envoy Gateway: only what the edge has signed gets to the application.
# Checked against the resource definitions of Envoy Gateway and Gateway API, not run by the project.
# Health probes that come through the gateway are the auth server's decision (--unsigned); those of the kubelet
# do not come through it.
${formatGateway(description)}---
${formatRoute(description)}---
${formatSecurity(description)}---
${formatKubernetes(description, { mode: 'envoy-gateway', protocol: 'grpc', pods })}`
  return [{ name: 'sallyport.yaml', place: 'kubectl apply -f sallyport.yaml', text }]
}
