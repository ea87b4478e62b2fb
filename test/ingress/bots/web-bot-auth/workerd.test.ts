/** Signed in Node, sent over the wire, read as the edge reads requests, and verified in workerd. */
import { once } from 'node:events'
import { request as ask, type IncomingMessage } from 'node:http'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorkerd, type WorkerdProcess } from '../../../bench/workerd-process.ts'
import { HOST, PUBLISHED, type SignedRequest, signLines, V1, V2, withParameter } from './signed-request.ts'

const ROOT = new URL('../../../..', import.meta.url).pathname

const ENTRY = `
import { createSignatureCheck } from './src/ingress/bots/web-bot-auth/check-signature.ts'
import { createKeyDirectory } from './src/ingress/bots/web-bot-auth/key-directory.ts'
import { readRequest } from './src/worker/read-request.ts'

let keys
export default {
  async fetch(request, env) {
    if (!keys) {
      keys = createKeyDirectory(['${HOST}'])
      keys.replace('${HOST}', JSON.parse(env.KEYS), Date.now() / 1000)
    }
    const check = createSignatureCheck({ mode: 'enforce', hosts: ['${HOST}'], max_age: 300, skew: 5 }, keys)
    return Response.json(await check(readRequest(request, () => ({ address: undefined })), Date.now()))
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
  const bindings = { KEYS: JSON.stringify(Object.values(PUBLISHED)) }
  worker = await startWorkerd({ code: outputFiles[0]?.text ?? '', bindings })
})
afterAll(() => worker.stop())

async function send(request: SignedRequest, more: readonly string[] = []): Promise<unknown> {
  const created = Math.floor(Date.now() / 1000)
  const authority = `127.0.0.1:${worker.port}`
  const covered = request.covered.map(
    ([identifier, value]) => [identifier, identifier === '"@authority"' ? authority : value] as const,
  )
  const fresh = withParameter(withParameter(request, 'created', created), 'expires', created + 60)
  const { input, signature } = signLines({ ...fresh, covered })
  const fields = request.headers.filter(([name]) => name !== 'host').flat()
  const headers = ['Host', authority, ...fields, 'Signature-Input', input, 'Signature', signature, ...more]
  const sent = ask({ port: worker.port, path: request.target, headers }).end()
  const [response]: IncomingMessage[] = await once(sent, 'response')
  if (!response) throw new Error('no response')
  return JSON.parse(Buffer.concat(await response.toArray()).toString())
}

const WHOLE: SignedRequest = {
  ...V2,
  target: '/a//b/%2e%2f;c?d=%7e&&e',
  covered: [...V2.covered, ['"@request-target"', '/a//b/%2e%2f;c?d=%7e&&e'], ['"@method"', 'GET']],
}
const RSA = withParameter({ ...V1, alg: 'rsa-pss-sha512' }, 'keyid', PUBLISHED['rsa-pss-sha512'].keyid)

test.each([
  ['a string as Signature-Agent', V1],
  ['a dictionary, and a target in no normal form', WHOLE],
  ['RSA-PSS', RSA],
])('a signature with %s is verified', async (_, request) => {
  expect(await send(request)).toEqual({ kind: 'verified', agentHost: HOST })
})

test('fields that came twice are one, and nobody is meant by two', async () => {
  expect(await send(V1, ['Signature-Agent', '"https://evil.example"'])).toEqual({ kind: 'absent' })
  const twice = await send(V2, ['Signature-Agent', 'b="https://evil.example"'])
  expect(twice).toEqual({ kind: 'verified', agentHost: HOST })
  expect(await send(V2, ['Signature-Input', 'sig1=("@method");tag="web-bot-auth"'])).toMatchObject({
    kind: 'failed',
    why: 'signature-input-form',
  })
})
