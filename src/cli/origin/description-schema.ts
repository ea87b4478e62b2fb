/**
 * The shape of the file that describes a door at the origin, and the meaning of each of its values.
 *
 * Every value ends up in the configuration of a load balancer: what could end a string there, start a comment or name
 * a variable is not allowed in the first place.
 * @module
 */
import { z } from 'zod'
import { FACTS } from '../../origin/facts.ts'
import type { Address, Description } from '../../origin/recipes/description.ts'
import { formatAuthority } from '../../signature/base.ts'
import { CLOCK_SKEW, MAX_TTL } from '../../signature/profile.ts'
import { readAddress, readTcpAddress } from './address.ts'

const PATH = /^\/[A-Za-z0-9._/-]{1,254}$/
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,39}\])(?::[1-9][0-9]{0,4})?$/i
const TARGET = /^\/[A-Za-z0-9._~/-]{0,127}$/
/** RFC 1123: a DNS label. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

const MAX_SKEW = 30
const MAX_RATE = 1_000_000
/** Long enough for the shipped `signature_ttl` of 30 seconds, short enough for memories that last a minute. */
const DEFAULT_TTL = 45

const path = z.string().regex(PATH, 'must be an absolute path of letters, digits, ".", "_", "-" and "/"')
const label = z.string().regex(LABEL, 'must be a name of lower-case letters, digits and "-" (RFC 1123)')

function whole(min: number, max: number): z.ZodNumber {
  const message = `must be a whole number from ${min} to ${max}`
  return z.number(message).int(message).min(min, message).max(max, message)
}

function address<T extends Address>(read: (text: string) => T | undefined, wanted: string): z.ZodType<T> {
  return z.string(`must be ${wanted}`).transform((text, context): T => {
    const found = read(text)
    if (found !== undefined) return found
    context.addIssue({ code: 'custom', message: `must be ${wanted}` })
    return z.NEVER
  })
}

const tcp = address(readTcpAddress, 'a host and a port, as 127.0.0.1:8080')
const anywhere = address(readAddress, 'a host and a port, as 127.0.0.1:9190, or unix:/path/of/socket')

const schema = z.strictObject({
  keys: path.default('/etc/sallyport/origin.jwks.json'),
  listen: tcp.prefault('127.0.0.1:8080'),
  tls: z.strictObject({ certificate: path, key: path }).optional(),
  upstream: tcp.prefault('127.0.0.1:3000'),
  authorities: z
    .array(z.string().regex(HOST, 'must be a host as the edge sends it, as origin.example or 10.0.0.7:8443'))
    .min(1, 'must name at least one host')
    .max(16, 'must name at most 16 hosts'),
  scheme: z.enum(['http', 'https'], 'must be http or https').default('https'),
  unsigned: z
    .array(z.string().regex(TARGET, 'must be a plain path, as /healthz'))
    .max(16, 'must name at most 16 paths')
    .default([]),
  facts: z.array(z.enum(FACTS, `must be one of ${FACTS.join(', ')}`)).default([]),
  skew: whole(0, MAX_SKEW).default(CLOCK_SKEW),
  max_ttl: whole(1, MAX_TTL).default(DEFAULT_TTL),
  rate: whole(1, MAX_RATE).default(1000),
  server: anywhere.prefault('127.0.0.1:9190'),
  kubernetes: z
    .strictObject({ name: label.default('sallyport'), namespace: label.default('default') })
    .prefault({}),
})

export interface DescriptionProblem {
  /** Names of keys and places in lists, as `authorities[0]`. */
  readonly where: string
  readonly what: string
}

export type DescriptionResult =
  | { readonly ok: true; readonly description: Description }
  | { readonly ok: false; readonly problems: readonly DescriptionProblem[] }

/** Checks a description as it was written; `value` may be anything. */
export function readDescription(value: unknown): DescriptionResult {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(describe) }
  const { tls, max_ttl: maxTtl, authorities, scheme, ...rest } = parsed.data
  const hosts = [...new Set(authorities.map((host) => formatAuthority(host, scheme)))]
  return {
    ok: true,
    description: { ...rest, scheme, authorities: hosts, maxTtl, ...(tls === undefined ? {} : { tls }) },
  }
}

function describe(issue: z.core.$ZodIssue): DescriptionProblem {
  const where = issue.path.map((part, at) => {
    if (typeof part === 'number') return `[${part}]`
    return at === 0 ? String(part) : `.${String(part)}`
  })
  if (issue.code === 'unrecognized_keys')
    return {
      where: where.join(''),
      what: `has ${issue.keys.join(', ')}; known are ${Object.keys(schema.shape).join(', ')}`,
    }
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return { where: where.join(''), what: 'is missing' }
  return { where: where.join(''), what: issue.message }
}
