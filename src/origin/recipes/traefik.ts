/**
 * Traefik 3: asks the auth server through the middleware ForwardAuth.
 * @module
 */
import { FAMILIES, IDENTITY } from '../restore.ts'
import { formatUrlHost } from './addresses.ts'
import { readAppService } from './app-service.ts'
import type { Address, Description, Recipe } from './description.ts'
import { AUTH_PORT, formatKubernetes } from './kubernetes.ts'
import { formatAddress, formatServeCommand } from './serve-command.ts'
import { indentYaml, quoteYaml } from './yaml-text.ts'

/** RE2 for the fields that ForwardAuth takes away, and puts what the auth server says in their place. */
export function formatClaims(): string {
  // Whatever is no letter or digit reads as a hyphen behind a gateway interface (RFC 3875 section 4.1.18).
  const spell = (name: string): string => name.replaceAll('-', '[^a-z0-9]')
  const names = Array.from(IDENTITY, spell).toSorted()
  const families = FAMILIES.map((family) => `${spell(family)}.*`).toSorted()
  return `(?i)^(?:${[...names, ...families].join('|')})$`
}

function formatForwardAuth(address: string): string {
  return `forwardAuth:
  address: ${quoteYaml(address)}
  # The client's own X-Forwarded-Method, -Uri and -Host say nothing.
  trustForwardHeader: false
  preserveRequestMethod: false
  forwardBody: false
  maxResponseBodySize: 4096
  # All fields are asked about (no authRequestHeaders). Of those that claim an identity, all are taken away, and what
  # was signed is put in.
  authResponseHeadersRegex: ${quoteYaml(formatClaims())}
`
}

function formatStatic({ listen, tls }: Description): string {
  return `# Traefik's own configuration. Needs Traefik 3.7.6 or newer; checked against its sources, not run by the project.
global:
  checkNewVersion: false
  sendAnonymousUsage: false
entryPoints:
  edge:
    address: ${quoteYaml(`${formatUrlHost(listen.host)}:${listen.port}`)}
    forwardedHeaders:
      # Nobody is trusted: what was signed is put in by the middleware, and stays as it is.
      insecure: false
      notAppendXForwardedFor: true
    http:
      # The target as it came: what was verified and what is served must be the same bytes.
      sanitizePath: false
      underscoreHeadersStrategy: reject
      maxHeaderBytes: 65536
      # On the entry point, so that a router added later is behind the door as well.
      middlewares: ["sallyport@file"]
${tls ? '      tls: {}\n' : ''}providers:
  file:
    filename: /etc/traefik/sallyport.yaml
`
}

/** Where the auth server listens when it cannot be a unix socket. */
const LOOPBACK: Address = { kind: 'tcp', host: '127.0.0.1', port: 9190 }

/** Matches an upgrade at the path of a health probe. */
function matchProbeUpgrades({ unsigned }: Description): string {
  const paths = unsigned.map((path) => `Path(\`${path}\`)`).join(' || ')
  return `(${paths}) && HeaderRegexp(\`Upgrade\`, \`.\`)`
}

/** A router that answers 418. The auth server is not told of an upgrade, and would take it for a probe. */
function formatProbeUpgrades(description: Description): string {
  const { unsigned, tls } = description
  if (unsigned.length === 0) return ''
  return `# No upgrade passes as a health probe.
probe-upgrades:
  entryPoints: ["edge"]
  rule: ${quoteYaml(matchProbeUpgrades(description))}
  priority: 1000
  service: noop@internal
${tls ? '  tls: {}\n' : ''}`
}

function formatDynamic(description: Description): string {
  const { server, upstream, tls } = description
  // Traefik asks over TCP only.
  const asked = server.kind === 'tcp' ? server : LOOPBACK
  const address = `http://${formatAddress(asked)}/verify`
  const note =
    server.kind === 'unix' ? '# ForwardAuth knows no unix sockets: the server listens on loopback.\n' : ''
  const certificates = tls
    ? `tls:
  certificates:
    - certFile: ${quoteYaml(tls.certificate)}
      keyFile: ${quoteYaml(tls.key)}
`
    : ''
  return `# The second door: only what the edge has signed gets to the application.
#
# Needs the auth server; when that does not answer, nobody gets in. Health probes are its decision.
${formatServeCommand(description, 'traefik', asked)}
#
# What Traefik cannot do: Host stays the origin's own (X-Forwarded-Host says the public one); a semicolon in a query
# reaches the application as "&"; the auth server is told nothing of a body, so that one put behind a signed GET is
# not noticed. Behind applications that read such bodies, use the middleware of the package as well.
${note}http:
  middlewares:
    sallyport:
${indentYaml(formatForwardAuth(address), 6)}  routers:
    app:
      entryPoints: ["edge"]
      rule: "PathPrefix(\`/\`)"
      service: app
${tls ? '      tls: {}\n' : ''}${indentYaml(formatProbeUpgrades(description), 4)}  services:
    app:
      loadBalancer:
        passHostHeader: true
        servers:
          - url: ${quoteYaml(`http://${formatUrlHost(upstream.host)}:${upstream.port}`)}
${certificates}`
}

function formatProbeUpgradeRoute(description: Description): string {
  if (description.unsigned.length === 0) return ''
  return `    # No upgrade passes as a health probe.
    - kind: Rule
      match: ${quoteYaml(matchProbeUpgrades(description))}
      priority: 1000
      services:
        - kind: TraefikService
          name: noop@internal
`
}

function formatManifest(description: Description): string {
  const { name, namespace } = description.kubernetes
  const app = readAppService(description)
  const address = `http://${name}.${namespace}.svc:${AUTH_PORT}/verify`
  const pods = { namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } }
  return `# The same in Kubernetes, in place of the dynamic file. The entry point's options (notAppendXForwardedFor, sanitizePath,
# underscoreHeadersStrategy) go into the values of Traefik's chart: see docs/kubernetes.md.
# Checked against Traefik's resource definitions, not run by the project.
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: ${name}
  namespace: ${app.namespace}
spec:
${indentYaml(formatForwardAuth(address), 2)}---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata:
  name: ${name}
  namespace: ${app.namespace}
spec:
  routes:
    - kind: Rule
      match: "PathPrefix(\`/\`)"
      # Every other route of the entry point needs this middleware too: a route without it is an open door.
      middlewares:
        - name: ${name}
      services:
        - name: ${app.name}
          port: ${app.port}
          passHostHeader: true
${formatProbeUpgradeRoute(description)}---
${formatKubernetes(description, { mode: 'traefik', protocol: 'http', pods })}`
}

/** Writes the static and the dynamic file, and the latter's equivalent in Kubernetes. */
export const traefik: Recipe = (description) => [
  { name: 'sallyport.yaml', place: '/etc/traefik/sallyport.yaml', text: formatDynamic(description) },
  { name: 'traefik.yaml', place: '/etc/traefik/traefik.yaml', text: formatStatic(description) },
  {
    name: 'kubernetes.yaml',
    place: 'kubectl apply -f kubernetes.yaml (in Kubernetes, in place of sallyport.yaml)',
    text: formatManifest(description),
  },
]
