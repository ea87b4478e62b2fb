/**
 * Gateway API with the experimental filter ExternalAuth (GEP-1494), for implementations that have it.
 * @module
 */
import { readAppService } from './app-service.ts'
import type { Recipe } from './description.ts'
import { AUTH_PORT, formatKubernetes } from './kubernetes.ts'

/** Writes one manifest. */
export const gatewayApi: Recipe = (description) => {
  const { name, namespace } = description.kubernetes
  const app = readAppService(description)
  const pods = {
    namespace: 'gateway-system',
    labels: { 'gateway.networking.k8s.io/gateway-name': name },
  }
  const grant =
    app.namespace === namespace
      ? ''
      : `---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  from:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      namespace: ${app.namespace}
  to:
    - group: ""
      kind: Service
      name: ${name}
`
  const text = `# The second door for Gateway API: only what the edge has signed gets to the application.
# Checked against the resource definitions of the experimental channel, not run by the project. Your implementation has
# to support the filter ExternalAuth, and has to
#   - refuse when the auth server does not answer,
#   - take away the fields that the answer names (headers_to_remove of ext_authz),
#   - leave the target as it came.
# Prove all three with: sallyport origin doctor
# The application's Host stays the origin's own; X-Forwarded-Host says the public one.
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
  namespace: ${app.namespace}
spec:
  parentRefs:
    # Your Gateway. Every other route on it needs this filter too: a route without it is an open door.
    - name: ${name}
      namespace: ${namespace}
  rules:
    - filters:
        - type: ExternalAuth
          externalAuth:
            protocol: GRPC
            backendRef:
              name: ${name}
              namespace: ${namespace}
              port: ${AUTH_PORT}
            # An empty list asks about all fields, so that the answer can name those to take away.
            grpc:
              allowedHeaders: []
      backendRefs:
        - name: ${app.name}
          port: ${app.port}
${grant}---
# In the policies below, change the load balancer's namespace and labels to those of your implementation.
${formatKubernetes(description, { mode: 'gateway-api', protocol: 'grpc', pods })}`
  return [{ name: 'sallyport.yaml', place: 'kubectl apply -f sallyport.yaml', text }]
}
