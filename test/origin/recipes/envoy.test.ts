import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Description } from '../../../src/origin/recipes/description.ts'
import { envoy } from '../../../src/origin/recipes/envoy.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

interface Bootstrap {
  readonly admin?: unknown
  readonly static_resources: {
    readonly listeners: readonly {
      readonly filter_chains: readonly {
        readonly filters: readonly { readonly typed_config: Record<string, unknown> }[]
        readonly transport_socket?: unknown
      }[]
    }[]
    readonly clusters: readonly unknown[]
  }
}

const read = (description: Description): Bootstrap => parse(envoy(description)[0]?.text ?? '')

const readManager = (bootstrap: Bootstrap): Record<string, unknown> | undefined =>
  bootstrap.static_resources.listeners[0]?.filter_chains[0]?.filters[0]?.typed_config

test('the file is the one that was checked', () => {
  expectGolden('envoy', envoy(describeSample()))
})

test('the check comes right before the router, and no answer is a refusal', () => {
  expect(readManager(read(describeSample()))?.http_filters).toMatchObject([
    {
      name: 'envoy.filters.http.ext_authz',
      typed_config: {
        failure_mode_allow: false,
        grpc_service: { envoy_grpc: { cluster_name: 'sallyport' } },
      },
    },
    { name: 'envoy.filters.http.router' },
  ])
})

test('the auth server is asked about all fields', () => {
  const filters = JSON.stringify(readManager(read(describeSample()))?.http_filters)
  expect(filters).not.toContain('allowed_headers')
})

test('the target and the fields reach the check as they came, or not at all', () => {
  expect(readManager(read(describeSample()))).toMatchObject({
    normalize_path: false,
    merge_slashes: false,
    path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
    common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' },
    http_protocol_options: { allow_absolute_url: false, allow_chunked_length: false },
  })
})

test('there is no admin listener', () => {
  expect(read(describeSample()).admin).toBeUndefined()
})

test('without a certificate the listener speaks plain HTTP', () => {
  const { tls: _, ...plain } = describeSample()
  expect(read(plain).static_resources.listeners[0]?.filter_chains[0]?.transport_socket).toBeUndefined()
})

test('names are looked up, addresses and sockets are not', () => {
  const upstream = { kind: 'tcp', host: 'app.internal', port: 3000 } as const
  expect(read(describeSample({ upstream })).static_resources.clusters).toMatchObject([
    { name: 'app', type: 'STRICT_DNS' },
    { name: 'sallyport', type: 'STATIC' },
  ])
})
