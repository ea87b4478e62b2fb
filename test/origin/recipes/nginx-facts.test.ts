import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLIENT_FORM, REQUEST_ID_FORM, VERDICT_FORM } from '../../../src/origin/recipes/nginx-facts.ts'
import {
  parseClient,
  parseRequestId,
  parseVerdict,
  serializeClient,
  serializeRequestId,
  serializeVerdict,
} from '../../../src/signature/fields.ts'
import { CLIENT, clients, NONCE, VERDICT, verdicts } from '../../signature/fixtures.ts'

function read(form: string, value: string): Record<string, string | undefined> | undefined {
  return new RegExp(form).exec(`${NONCE} ${value}`)?.groups
}

/** One character taken out, put in, or replaced. */
const edits = fc.record({
  at: fc.nat(),
  take: fc.integer({ min: 0, max: 2 }),
  put: fc.constantFrom('', '"', ',', ' ', '=', 'a', '0', '.', ':', ')', ';'),
})

function edit(value: string, { at, take, put }: { at: number; take: number; put: string }): string {
  const start = at % (value.length + 1)
  return value.slice(0, start) + put + value.slice(start + take)
}

test('the map reads every fact of a client that the parser reads', () => {
  fc.assert(
    fc.property(clients, (client) => {
      const groups = read(CLIENT_FORM, serializeClient(client) ?? '')
      expect(groups).toBeDefined()
      const { ip, host, scheme, port, country, asn, colo, tls, protocol } = client
      expect(groups).toMatchObject({ sallyport_client_ip: ip, sallyport_client_host: host })
      expect(groups?.sallyport_client_scheme).toBe(scheme)
      expect(groups?.sallyport_client_port).toBe(port?.toString())
      expect(groups?.sallyport_client_country).toBe(country)
      expect(groups?.sallyport_client_asn).toBe(asn?.toString())
      expect(groups?.sallyport_client_colo).toBe(colo)
      expect(groups?.sallyport_client_tls).toBe(tls)
      expect(groups?.sallyport_client_protocol).toBe(protocol)
    }),
  )
})

test('the map and the parser agree on what is a client', () => {
  fc.assert(
    fc.property(clients, edits, (client, change) => {
      const value = edit(serializeClient(client) ?? '', change).trim()
      expect(read(CLIENT_FORM, value) !== undefined, value).toBe(parseClient(value) !== undefined)
    }),
    { numRuns: 2000 },
  )
})

test('the map reads a verdict as it is written', () => {
  fc.assert(
    fc.property(verdicts, (verdict) => {
      const value = serializeVerdict(verdict)
      if (value === undefined) return
      const groups = read(VERDICT_FORM, value)
      expect(groups?.sallyport_verdict_policy).toBe(verdict.policy)
      const ids = groups?.sallyport_verdict_log?.split('" "') ?? []
      expect(ids.map((id) => decodeURIComponent(id))).toEqual(verdict.log)
      expect(groups?.sallyport_verdict_bot).toBe(verdict.bot)
    }),
  )
})

test('the map takes no verdict that the parser does not, percent-encoding aside', () => {
  fc.assert(
    fc.property(verdicts, edits, (verdict, change) => {
      const value = edit(serializeVerdict(verdict) ?? '', change).trim()
      if (value.includes('%')) return
      expect(read(VERDICT_FORM, value) !== undefined, value).toBe(parseVerdict(value) !== undefined)
    }),
    { numRuns: 2000 },
  )
})

test('the map and the parser agree on what is a request id', () => {
  fc.assert(
    fc.property(fc.uuid(), edits, (id, change) => {
      const value = edit(serializeRequestId(id), change).trim()
      expect(read(REQUEST_ID_FORM, value)?.sallyport_request).toBe(parseRequestId(value))
    }),
  )
})

test('nothing is read before a nonce is set, whatever the field begins with', () => {
  for (const form of [CLIENT_FORM, VERDICT_FORM, REQUEST_ID_FORM]) {
    const value = [serializeClient(CLIENT), serializeVerdict(VERDICT), '"0192f0c1-7d5e"'].find(
      (text) => read(form, text ?? '') !== undefined,
    )
    expect(value).toBeDefined()
    expect(new RegExp(form).test(` ${value}`)).toBe(false)
    expect(new RegExp(form).test(` ${NONCE} ${value}`)).toBe(false)
    expect(new RegExp(form).test(` ${NONCE}${value}`)).toBe(false)
  }
})
