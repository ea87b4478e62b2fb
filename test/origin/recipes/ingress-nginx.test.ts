import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ingressNginx } from '../../../src/origin/recipes/ingress-nginx.ts'
import { CLEARED_FIELDS } from '../../../src/origin/recipes/nginx-cleared.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: { readonly rules?: readonly { readonly host: string }[] }
}

function read(changes = {}): Manifest[] {
  const text = ingressNginx(describeSample(changes))[0]?.text ?? ''
  return parseAllDocuments(text).map((document): Manifest => {
    expect(document.errors).toEqual([])
    return document.toJS()
  })
}

const find = (manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  manifests.find((one) => one.kind === kind && one.metadata.name.endsWith(name))

describe('ingress-nginx', () => {
  test('the manifest is the one that was checked', () => {
    expectGolden('ingress-nginx', ingressNginx(describeSample()))
  })

  test('the Ingress asks the auth server, and tells the application nothing that the controller sets too', () => {
    const annotations = find(read(), 'Ingress', 'sallyport')?.metadata.annotations ?? {}
    const annotation = (name: string): string => annotations[`nginx.ingress.kubernetes.io/${name}`] ?? ''
    expect(annotation('auth-url')).toBe('http://sallyport.gateway.svc.cluster.local:9190/verify')
    expect(annotation('auth-method')).toBe('GET')
    expect(annotation('auth-response-headers')).toBe(
      'Forwarded,Sallyport-Country,Sallyport-Asn,Sallyport-Log',
    )
  })

  test('there is one rule for each host, whatever its ports', () => {
    expect(find(read(), 'Ingress', 'sallyport')?.spec?.rules?.map(({ host }) => host)).toEqual([
      'origin.example',
    ])
  })

  test('what clients may not say is cleared, but for what is told and what the controller sets', () => {
    const cleared = find(read(), 'ConfigMap', 'cleared-fields')?.data ?? {}
    for (const name of ['True-Client-Ip', 'Signature-Input', 'Sallyport-Client', 'X-Original-Url'])
      expect(cleared[name]).toBe('')
    for (const name of ['Forwarded', 'Sallyport-Country', 'X-Forwarded-For', 'X-Real-Ip'])
      expect(cleared[name]).toBeUndefined()
    expect(Object.keys(cleared).length).toBeGreaterThan(CLEARED_FIELDS.length - 20)
    expect(find(read(), 'ConfigMap', 'controller')?.data).toMatchObject({
      'proxy-set-headers': 'gateway/sallyport-cleared-fields',
      'enable-underscores-in-headers': 'false',
    })
  })

  test('the auth server runs in its mode', () => {
    expect(ingressNginx(describeSample())[0]?.text).toContain('"--lb=ingress-nginx"')
  })
})
