/** Signed in Node, sent over the wire, verified in workerd, and the answer the other way round. */
import { once } from 'node:events'
import { request as ask, type IncomingMessage } from 'node:http'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import { readNodeResponse } from '../../../src/signature/general/read-message.ts'
import { createSigner, createVerifier } from '../../../src/signature/general/signature.ts'
import { importSigningKey, importVerifyingKey } from '../../../src/signature/general/webcrypto-key.ts'
import { startWorkerd, type WorkerdProcess } from '../../bench/workerd-process.ts'
import { KEYS } from './keys.ts'

const ROOT = new URL('../../..', import.meta.url).pathname

/** Says what the signature of the request is, in a signed response. */
const ENTRY = `
import { readFetchRequest, readFetchResponse } from './src/signature/general/read-message.ts'
import { createSigner, createVerifier } from './src/signature/general/signature.ts'
import { importSigningKey, importVerifyingKey } from './src/signature/general/webcrypto-key.ts'

export default {
  async fetch(request, env) {
    const keys = JSON.parse(env.KEYS)
    const alg = request.headers.get('x-alg')
    const key = await importVerifyingKey(alg, keys[alg])
    const verifier = createVerifier({
      policy: { select: { label: 'ask' }, components: ['@method', '@authority', '@path', '@query'], parameters: [], maxAge: 60, skew: 5 },
      findKey: () => key,
    })
    const message = readFetchRequest(request)
    const verified = await verifier.verify(message, Date.now() / 1000)
    const response = new Response(verified.ok ? 'ok' : verified.failure + ' ' + verified.component)
    const components = ['@status', 'content-type', '@authority;req', '@path;req', '@query;req', 'x-alg;req']
    const signer = createSigner({ key: await importSigningKey(alg, keys[alg]), label: 'answer', components })
    const signed = await signer.sign(readFetchResponse(response, message), { created: Math.floor(Date.now() / 1000) })
    if (!signed.ok) return new Response(signed.failure + ' ' + signed.component, { status: 500 })
    response.headers.append('Signature-Input', signed.signatureInput)
    response.headers.append('Signature', signed.signature)
    return response
  },
}
`

let worker: WorkerdProcess
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
  })
  const [code] = outputFiles
  worker = await startWorkerd({ code: code?.text ?? '', bindings: { KEYS: JSON.stringify(KEYS) } })
})
afterAll(() => worker.stop())

test.each(Object.entries(KEYS) as [SignatureAlgorithm, (typeof KEYS)[SignatureAlgorithm]][])(
  'workerd and Node agree on %s',
  async (alg, jwk) => {
    const signer = createSigner({
      key: await importSigningKey(alg, jwk),
      label: 'ask',
      components: ['@method', '@authority', '@path', '@query', '@target-uri', 'x-alg', 'x-two', 'x-two;bs'],
    })
    const message = {
      kind: 'request',
      method: 'PATCH',
      target: '/a//b/%2e%2f;c?d=%7e&&e',
      scheme: 'http',
      fields: ['Host', `127.0.0.1:${worker.port}`, 'X-Alg', alg, 'X-Two', 'a, b'],
    } as const
    const signed = await signer.sign(message, { created: Math.floor(Date.now() / 1000) })
    if (!signed.ok) throw new Error(signed.failure)
    const sent = ask({
      port: worker.port,
      method: message.method,
      path: message.target,
      headers: [...message.fields, 'Signature-Input', signed.signatureInput, 'Signature', signed.signature],
    }).end()
    const [response]: IncomingMessage[] = await once(sent, 'response')
    if (!response) throw new Error('no response')
    const chunks = await response.toArray()
    expect([response.statusCode, Buffer.concat(chunks).toString()]).toEqual([200, 'ok'])

    const key = await importVerifyingKey(alg, jwk)
    const components = ['@status', '@path;req']
    const policy = { select: { label: 'answer' }, components, parameters: [], maxAge: 60, skew: 5 }
    const { verify } = createVerifier({ policy, findKey: () => key })
    const now = Date.now() / 1000
    expect(await verify(readNodeResponse(response, message), now)).toMatchObject({ ok: true })
    const other = { ...message, target: '/a' }
    expect(await verify(readNodeResponse(response, other), now)).toMatchObject({ failure: 'mismatch' })
  },
)
