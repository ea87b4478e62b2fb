/** The script for njs, run in Node with a stand-in for the request: njs is a subset of the language. */
import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CLIENT_FORM, REQUEST_ID_FORM, VERDICT_FORM } from '../../../src/origin/recipes/nginx-facts.ts'
import { nginxNjs } from '../../../src/origin/recipes/nginx-njs.ts'
import type { Received } from '../../../src/signature/verify.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'
import { addField, sendFromEdge, setField } from '../edge.ts'
import { MUTATIONS, type Mutation } from '../mutations.ts'
import { describeSample } from './sample-description.ts'

type Variables = Record<string, string | undefined>

interface NjsRequest {
  readonly variables: Variables
  readonly rawHeadersIn: readonly (readonly [string, string])[]
}

interface Script {
  judge(request: NjsRequest): string
  formatLog(request: NjsRequest): string
}

/**
 * Node's modules under the names that the script imports. The process started when the test says, ten seconds after
 * the machine, and its directory was first looked at then, or later.
 */
function load(started: number, changes = {}, firstLook = started): Script {
  const [, script] = nginxNjs(describeSample({ scheme: 'http', authorities: ['origin.example'], ...changes }))
  const source = (script?.text ?? '').replaceAll(/^import .*$/gm, '').replace('export default', 'return')
  const files: Readonly<Record<string, () => string>> = {
    '/proc/self/stat': () => `7 (nginx: (a) b) S ${Array(18).fill(0).join(' ')} 1000 0`,
    '/proc/uptime': () => `${Date.now() / 1000 - started + 10} 0.00\n`,
  }
  const fs = {
    statSync: () => ({ mtimeMs: firstLook * 1000 }),
    readFileSync: (path: string) => files[path]?.(),
  }
  const make = new Function('fs', 'crypto', 'sallyport_keys', source)
  return make(fs, { createHmac }, { keys: [HMAC_KEY, ED25519_KEY] })
}

const FORMS = [
  ['sallyport_ip', 'sallyport-client', CLIENT_FORM],
  ['sallyport_policy', 'sallyport-verdict', VERDICT_FORM],
  ['sallyport_request_id', 'sallyport-request-id', REQUEST_ID_FORM],
] as const

/** The variables that nginx has, with the maps as getters. */
function ask({ method, target, fields }: Received): NjsRequest {
  const rawHeadersIn = Array.from({ length: fields.length / 2 }, (_, i): [string, string] => [
    fields[2 * i] ?? '',
    fields[2 * i + 1] ?? '',
  ])
  const variables: Variables = { request: `${method} ${target} HTTP/1.1` }
  for (const [name, field, form] of FORMS) {
    const value = rawHeadersIn.find(([own]) => own.toLowerCase() === field)?.[1]
    Object.defineProperty(variables, name, {
      get: () => new RegExp(form).exec(`${variables.sallyport_nonce ?? ''} ${value}`)?.[1],
    })
  }
  return { variables, rawHeadersIn }
}

const now = (): number => Math.floor(Date.now() / 1000)

/** nginx drops such fields before a script runs (`ignore_invalid_headers`). */
const isTwin = ({ name }: Mutation): boolean => name.startsWith('twins, ')

describe('the battery against the script for njs', () => {
  const { judge } = load(now() - 100, { maxTtl: 60 })

  test.each(MUTATIONS.filter((one) => !isTwin(one)))('$name: $expect', async (mutation) => {
    const received = mutation.mutate(await sendFromEdge({ created: now() }), now())
    const judgement = judge(ask(received))
    if (mutation.expect === 'pass') expect(judgement).toBe('pass')
    else if (mutation.expect === 'unsigned') expect(['unsigned', 'connection']).toContain(judgement)
    else expect(['pass', 'unsigned', '', undefined]).not.toContain(judgement)
  })
})

describe('the script for njs', () => {
  const script = load(now() - 100)

  test('sets the nonce of a verified request, and of no other', async () => {
    const received = await sendFromEdge({ created: now() })
    const request = ask(received)
    expect(script.judge(request)).toBe('pass')
    expect(received.fields.join()).toContain(`nonce="${request.variables.sallyport_nonce}"`)
    const changed = ask(setField(received, 'Host', 'other.example'))
    expect(script.judge(changed)).toBe('authority')
    expect(changed.variables.sallyport_nonce).toBeUndefined()
  })

  test('refuses what Ed25519 has signed, and an unknown member of a family', async () => {
    expect(script.judge(ask(await sendFromEdge({ created: now(), key: ED25519_KEY })))).toBe('algorithm')
    const received = await sendFromEdge({ created: now() })
    expect(script.judge(ask(addField(received, 'X-Forwarded-Role', 'admin')))).toMatch(/identity/)
    expect(script.judge(ask(addField(received, 'X-Forwarded-For', '192.0.2.66')))).toBe('pass')
  })

  test('refuses what was signed before the start', async () => {
    const received = await sendFromEdge({ created: now() - 10 })
    expect(script.judge(ask(received))).toBe('pass')
    expect(load(now()).judge(ask(received))).toBe('signed before the start')
    expect(load(now() - 8).judge(ask(received))).toBe('signed before the start')
    expect(load(now() - 12).judge(ask(received))).toBe('pass')
  })

  test('lets in what was signed before a worker was first asked, but after it started', async () => {
    const received = await sendFromEdge({ created: now() - 10 })
    expect(load(now() - 12, {}, now()).judge(ask(received))).toBe('pass')
    expect(load(now() - 8, {}, now()).judge(ask(received))).toBe('signed before the start')
  })

  test('lets a probe in without a signature, as GET or HEAD and without content', () => {
    const probe = (method: string, target: string, ...fields: string[]): string =>
      script.judge(ask({ method, target, fields: ['Host', 'origin.example', ...fields] }))
    expect(probe('GET', '/healthz')).toBe('pass')
    expect(probe('HEAD', '/live', 'Content-Length', '0')).toBe('pass')
    expect(probe('POST', '/healthz')).toBe('unsigned')
    expect(probe('GET', '/healthz?x')).toBe('unsigned')
    expect(probe('GET', '/healthz', 'Content-Length', '1')).toBe('unsigned')
    expect(probe('GET', '/healthz', 'Upgrade', 'websocket')).toBe('unsigned')
    expect(probe('GET', '/healthz', 'Signature', 'x')).toBe('half a signature')
    expect(load(0, { unsigned: [] }).judge(ask({ method: 'GET', target: '/', fields: ['Host', 'a'] }))).toBe(
      'unsigned',
    )
  })

  test('covers content by its digest', async () => {
    const received = await sendFromEdge({
      created: now(),
      message: { method: 'POST' },
      body: randomBytes(9).toString('hex'),
    })
    expect(script.judge(ask(received))).toBe('pass')
    expect(script.judge(ask(setField(received, 'Content-Digest', 'sha-256=:AAAA:')))).toBe('mac')
  })

  test('puts spaces between the ids of rules', () => {
    const log = (text: string): string =>
      script.formatLog({ variables: { sallyport_verdict_log: text }, rawHeadersIn: [] })
    expect(log('a.b" "c')).toBe('a.b c')
    expect(log('')).toBe('')
  })
})
