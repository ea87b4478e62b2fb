import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readAppService } from '../../../src/origin/recipes/app-service.ts'
import type { Recipe } from '../../../src/origin/recipes/description.ts'
import { envoyGateway } from '../../../src/origin/recipes/envoy-gateway.ts'
import { gatewayApi } from '../../../src/origin/recipes/gateway-api.ts'
import { traefik } from '../../../src/origin/recipes/traefik.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

/** Objects of one manifest by kind, and name when there are more. */
function readManifest(recipe: Recipe, file: string, changes = {}): Map<string, Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>()
  const text = recipe(describeSample(changes)).find(({ name }) => name === file)?.text ?? ''
  for (const document of parseAllDocuments(text)) {
    expect(document.errors).toEqual([])
    const value: { kind: string; metadata: { name: string } } = document.toJS()
    const key = found.has(value.kind) ? `${value.kind} ${value.metadata.name}` : value.kind
    found.set(key, { ...value })
  }
  return found
}

const MANIFESTS = [
  { lb: 'envoy-gateway', recipe: envoyGateway, file: 'sallyport.yaml', protocol: 'grpc' },
  { lb: 'gateway-api', recipe: gatewayApi, file: 'sallyport.yaml', protocol: 'grpc' },
  { lb: 'traefik', recipe: traefik, file: 'kubernetes.yaml', protocol: 'http' },
] as const

describe.each(MANIFESTS)('$lb in Kubernetes', ({ lb, recipe, file, protocol }) => {
  test('the files are the ones that were checked', () => {
    expectGolden(lb, recipe(describeSample()))
  })

  test('the auth server runs in the mode of the load balancer, one at a time, without rights', () => {
    const deployment = readManifest(recipe, file).get('Deployment')
    expect(deployment).toMatchObject({
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        template: {
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true },
            containers: [
              {
                args: expect.arrayContaining([
                  `--lb=${lb}`,
                  `--protocol=${protocol}`,
                  '--authority=origin.example',
                  '--authority=origin.example:8443',
                  '--unsigned=/healthz',
                  '--fact=country',
                ]),
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
              },
            ],
          },
        },
      },
    })
  })

  test('only the load balancer’s pods reach the auth server and the application', () => {
    const manifest = readManifest(recipe, file)
    for (const key of ['NetworkPolicy', 'NetworkPolicy sallyport-app']) {
      // One source, narrowed by both selectors: two entries in the list would mean either.
      const from = [
        {
          namespaceSelector: { matchLabels: expect.anything() },
          podSelector: { matchLabels: expect.anything() },
        },
      ]
      expect(manifest.get(key)).toMatchObject({ spec: { policyTypes: ['Ingress'], ingress: [{ from }] } })
    }
  })
})

test('Envoy Gateway refuses when the auth server does not answer, and asks about all fields', () => {
  const manifest = readManifest(envoyGateway, 'sallyport.yaml')
  expect(manifest.get('SecurityPolicy')).toMatchObject({
    spec: {
      targetRefs: [{ kind: 'Gateway', name: 'sallyport' }],
      extAuth: { failOpen: false, grpc: { backendRefs: [{ name: 'sallyport', port: 9190 }] } },
    },
  })
  expect(JSON.stringify(manifest.get('SecurityPolicy'))).not.toContain('headersToExtAuth')
  expect(manifest.get('ClientTrafficPolicy')).toMatchObject({
    spec: {
      headers: { withUnderscoresAction: 'RejectRequest' },
      path: { disableMergeSlashes: true, escapedSlashesAction: 'KeepUnchanged' },
    },
  })
})

test('Gateway API asks about all fields on the route of the application', () => {
  expect(readManifest(gatewayApi, 'sallyport.yaml').get('HTTPRoute')).toMatchObject({
    spec: {
      rules: [
        {
          filters: [
            { type: 'ExternalAuth', externalAuth: { protocol: 'GRPC', grpc: { allowedHeaders: [] } } },
          ],
        },
      ],
    },
  })
})

test('routes of an application in another namespace are let in by the gateway, and find the auth server', () => {
  const upstream = { kind: 'tcp', host: 'shop.web.svc.cluster.local', port: 80 } as const
  const gateway = readManifest(envoyGateway, 'sallyport.yaml', { upstream }).get('Gateway')
  expect(JSON.stringify(gateway)).toContain('"kubernetes.io/metadata.name":"web"')
  expect(readManifest(gatewayApi, 'sallyport.yaml', { upstream }).get('ReferenceGrant')).toMatchObject({
    metadata: { namespace: 'gateway' },
    spec: { from: [{ kind: 'HTTPRoute', namespace: 'web' }] },
  })
})

test.each([
  ['shop', { name: 'shop', namespace: 'gateway' }],
  ['shop.web.svc', { name: 'shop', namespace: 'web' }],
  ['127.0.0.1', { name: 'app', namespace: 'gateway' }],
  ['localhost', { name: 'app', namespace: 'gateway' }],
  ['::1', { name: 'app', namespace: 'gateway' }],
])('the application at %s is the Service %o', (host, service) => {
  const upstream = { kind: 'tcp', host, port: 3000 } as const
  expect(readAppService(describeSample({ upstream }))).toEqual({ ...service, port: 3000 })
})
