/**
 * Envoy with a static configuration: asks the auth server by gRPC (ext_authz).
 * @module
 */
import type { Address, Description, Recipe } from './description.ts'
import { formatServeCommand } from './serve-command.ts'
import { indentYaml, quoteYaml } from './yaml-text.ts'

function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `pipe:\n  path: ${quoteYaml(address.path)}\n`
  return `socket_address:\n  address: ${quoteYaml(address.host)}\n  port_value: ${address.port}\n`
}

const EXT_AUTHZ = `- name: envoy.filters.http.ext_authz
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
    transport_api_version: V3
    grpc_service:
      envoy_grpc:
        cluster_name: sallyport
      timeout: 2s
    # No answer is a refusal.
    failure_mode_allow: false
    status_on_error:
      code: ServiceUnavailable
    # Fields that came more than once stay apart, byte for byte.
    encode_raw_headers: true
    # All fields are asked about (no allowed_headers), so that the answer can name those to take away. Without
    # with_request_body the auth server sees no body: where the edge covers bodies by Content-Digest, only the
    # middleware in the application can compare them.
    #
    # By HTTP instead of gRPC ("--protocol http"): the auth server answers no names to take away, so that each of
    # them has to be removed before this filter by envoy.filters.http.header_mutation. In place of grpc_service:
    #   http_service:
    #     server_uri: { uri: "http://sallyport", cluster: sallyport, timeout: 2s }
    #     path_prefix: /verify
    #     authorization_response:
    #       allowed_upstream_headers:
    #         patterns: [{ prefix: x-forwarded- }, { exact: x-real-ip }, { exact: x-request-id },
    #                    { exact: forwarded }, { prefix: sallyport- }]
    # and beside it, as Envoy asks about five fields only unless told:
    #   allowed_headers:
    #     patterns: [{ prefix: signature }, { prefix: sallyport }, { prefix: content-digest },
    #                { exact: content-length }, { exact: transfer-encoding }, { exact: connection },
    #                { exact: upgrade }]
- name: envoy.filters.http.router
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
    # Nothing of Envoy's own, and no say of the client in timeouts and retries.
    suppress_envoy_headers: true
`

const MANAGER = `"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
stat_prefix: edge
codec_type: HTTP1
http_protocol_options:
  # The target in origin form and nothing else; HTTP/1.0 and Content-Length with Transfer-Encoding are refused.
  allow_absolute_url: false
  accept_http_10: false
  allow_chunked_length: false
common_http_protocol_options:
  # Applications behind a gateway interface read "_" as "-" (RFC 3875 section 4.1.18).
  headers_with_underscores_action: REJECT_REQUEST
  idle_timeout: 120s
max_request_headers_kb: 64
# The target as it came: what was verified and what is served must be the same bytes.
normalize_path: false
merge_slashes: false
path_with_escaped_slashes_action: KEEP_UNCHANGED
# The peer is the edge, and nothing that a client says of itself counts. What was signed replaces these fields.
use_remote_address: true
preserve_external_request_id: false
upgrade_configs:
  - upgrade_type: websocket
`

const ROUTES = `route_config:
  name: origin
  virtual_hosts:
    - name: origin
      # Every host: the auth server knows which are ours.
      domains: ["*"]
      routes:
        - match:
            prefix: "/"
          route:
            cluster: app
            # The public host, from the answer of the auth server. A request without it keeps its own.
            host_rewrite_header: x-forwarded-host
            timeout: 0s
`

function formatListener(description: Description): string {
  const { listen, tls } = description
  const filters = `http_filters:\n${indentYaml(EXT_AUTHZ, 2)}`
  const socket = tls
    ? `transport_socket:
  name: envoy.transport_sockets.tls
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
    common_tls_context:
      alpn_protocols: ["http/1.1"]
      tls_certificates:
        - certificate_chain: { filename: ${quoteYaml(tls.certificate)} }
          private_key: { filename: ${quoteYaml(tls.key)} }
`
    : ''
  return `- name: edge
  address:
${indentYaml(formatAddress(listen), 4)}  filter_chains:
    - filters:
        - name: envoy.filters.network.http_connection_manager
          typed_config:
${indentYaml(MANAGER + ROUTES + filters, 12)}${indentYaml(socket, 6)}`
}

function formatCluster(name: string, address: Address, options: string): string {
  const isName = address.kind === 'tcp' && !/^[\d.]+$|:/.test(address.host)
  return `- name: ${name}
  type: ${isName ? 'STRICT_DNS' : 'STATIC'}
  connect_timeout: 1s
${options}  load_assignment:
    cluster_name: ${name}
    endpoints:
      - lb_endpoints:
          - endpoint:
              address:
${indentYaml(formatAddress(address), 16)}`
}

const HTTP2 = `  # gRPC needs HTTP/2.
  typed_extension_protocol_options:
    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
      explicit_http_config:
        http2_protocol_options: {}
`

/** Writes a bootstrap file. */
export const envoy: Recipe = (description) => {
  const { upstream, server, scheme, tls } = description
  const note =
    scheme === 'https' && !tls ? '# TLS ends before Envoy: the edge speaks https, this listener http.\n' : ''
  const text = `# The second door: only what the edge has signed gets to the application.
# Checked against the API of Envoy, not run by the project.
#
# Needs the auth server on this machine; when that does not answer, nobody gets in. Health probes are its decision:
${formatServeCommand(description, 'envoy', server)}
#
${note}
# No admin listener: it can change this configuration.
static_resources:
  listeners:
${indentYaml(formatListener(description), 4)}  clusters:
${indentYaml(formatCluster('app', upstream, ''), 4)}${indentYaml(formatCluster('sallyport', server, HTTP2), 4)}`
  return [{ name: 'envoy.yaml', place: '/etc/envoy/envoy.yaml', text }]
}
