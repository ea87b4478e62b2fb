/**
 * What is known of the values of fields, of elements of theirs, and of a few functions.
 * @module
 */
import type { PolicyModel } from '../../bundle/model.ts'
import { readHost } from '../../http/host.ts'
import type { IndexNode, ValueNode } from '../../lang/ast.ts'
import { foldCase } from '../../lang/functions/case.ts'
import { INT_MAX } from '../../lang/int.ts'
import { quoteText } from '../problem.ts'
import { botDomain } from './bot-domains.ts'
import { type Domain, NOTHING_KNOWN, type Reason } from './domain.ts'
import { MAPPED_ADDRESSES, WITHOUT_MAPPED } from './number-facts.ts'
import { argumentDomain, FULL_URI_DOMAIN, PATH_DOMAIN, QUERY_DOMAIN, URI_DOMAIN } from './target-domains.ts'

type DomainSource = Pick<PolicyModel, 'settings' | 'hygiene' | 'bots'>

/** What is known of the values of a node. */
export type FindDomain = (node: ValueNode) => Domain

const hasCapital = (text: string): boolean => /[A-Z]/.test(text)

function lowerCaseOnly(field: string): Domain {
  const piece = (text: string): Reason | undefined =>
    hasCapital(text)
      ? {
          message: `${field} is in lower case, and ${quoteText(text)} is not`,
          fix: `Write ${quoteText(text.toLowerCase())}.`,
        }
      : undefined
  return { whole: (value) => (typeof value === 'string' ? piece(value) : undefined), piece }
}

const HOST_CASE = lowerCaseOnly('http.host')

const HOST_DOMAIN: Domain = {
  present: true,
  whole(value) {
    if (typeof value !== 'string' || value === '') return undefined
    const reason = HOST_CASE.whole?.(value)
    if (reason) return reason
    const { name } = readHost(value, 'https')
    if (name === value) return undefined
    const message = `http.host is a host name without port, and never ${quoteText(value)}`
    return {
      message,
      fix: name === '' ? 'Write a host name, as app.example.com.' : `Write ${quoteText(name)}.`,
    }
  },
  piece(text, role) {
    const reason = HOST_CASE.piece?.(text, role)
    if (reason) return reason
    const wrong = /[^a-z0-9_.:[\]-]/.exec(text)?.[0]
    if (wrong === undefined) return undefined
    const message = `http.host is a host name, which never has ${quoteText(wrong)}`
    return { message, fix: 'Write a part of a host name, without scheme and path.' }
  },
}

const EXTENSION_CASE = lowerCaseOnly('http.request.uri.path.extension')

const EXTENSION_DOMAIN: Domain = {
  present: true,
  piece(text, role) {
    if (!/[./]/.test(text)) return EXTENSION_CASE.piece?.(text, role)
    const message = 'http.request.uri.path.extension has no dot and no slash'
    return { message, fix: `Write ${quoteText(text.slice(text.lastIndexOf('.') + 1))}.` }
  },
  whole: (value) => (typeof value === 'string' ? EXTENSION_DOMAIN.piece?.(value, 'part') : undefined),
}

function between(field: string, from: number, to: number): Domain {
  const reason = {
    message: `${field} is a number from ${from} to ${to}`,
    fix: 'Write a number that it can be.',
  }
  return { range: { set: [{ from: BigInt(from), to: BigInt(to) }], reason } }
}

const LENGTH_DOMAIN: Domain = {
  range: {
    set: [{ from: 0n, to: INT_MAX }],
    reason: { message: 'A length is never below 0', fix: 'Write gt 0 for "not empty", eq 0 for "empty".' },
  },
}

const FIELDS: ReadonlyMap<string, Domain> = new Map<string, Domain>([
  ['http.host', HOST_DOMAIN],
  ['http.request.uri.path', PATH_DOMAIN],
  ['http.request.uri.query', QUERY_DOMAIN],
  ['http.request.uri', URI_DOMAIN],
  ['http.request.full_uri', FULL_URI_DOMAIN],
  ['http.request.uri.path.extension', EXTENSION_DOMAIN],
  ['ip.src', { range: { set: WITHOUT_MAPPED, reason: MAPPED_ADDRESSES } }],
  ['http.response.code', between('http.response.code', 100, 999)],
  ['http.request.timestamp.msec', between('http.request.timestamp.msec', 0, 999)],
])

/** Elements of arrays: `http.request.headers.names[*]`. */
const ELEMENTS: ReadonlyMap<string, Domain> = new Map(
  ['http.request.headers.names', 'http.response.headers.names', 'raw.http.response.headers.names'].map(
    (field): [string, Domain] => [field, lowerCaseOnly(field)],
  ),
)
const ARGUMENTS: ReadonlySet<string> = new Set([
  'http.request.uri.args.names',
  'http.request.uri.args.values',
])

const HEADER_MAPS: ReadonlySet<string> = new Set([
  'http.request.headers',
  'http.response.headers',
  'raw.http.response.headers',
])

function indexDomain({ of, indexes }: IndexNode): Domain {
  const [first, second] = indexes
  if (of.kind !== 'field' || !first) return NOTHING_KNOWN
  if (first.kind === 'key' && HEADER_MAPS.has(of.name) && hasCapital(first.key)) {
    const message = `names in ${of.name} are in lower case, and ${quoteText(first.key)} is not`
    return { missing: { message, fix: `Write ${of.name}[${quoteText(first.key.toLowerCase())}].` } }
  }
  if (indexes.length === 1 && first.kind !== 'key') {
    return ARGUMENTS.has(of.name) ? argumentDomain(`${of.name}[*]`) : (ELEMENTS.get(of.name) ?? NOTHING_KNOWN)
  }
  const isArgument = of.name === 'http.request.uri.args' && indexes.length === 2 && second?.kind !== 'key'
  return isArgument ? argumentDomain('http.request.uri.args') : NOTHING_KNOWN
}

function caseDomain(name: 'lower' | 'upper'): Domain {
  const isFixed = (text: string): boolean =>
    name === 'lower' ? text === foldCase(text) : !/[a-z]/.test(text)
  const piece = (text: string): Reason | undefined => {
    if (isFixed(text)) return undefined
    const wanted = name === 'lower' ? text.toLowerCase() : text.toUpperCase()
    return { message: `${name}() never gives ${quoteText(text)}`, fix: `Write ${quoteText(wanted)}.` }
  }
  return { whole: (value) => (typeof value === 'string' ? piece(value) : undefined), piece }
}

const CASES = { lower: caseDomain('lower'), upper: caseDomain('upper') } as const

/** Methods are what hygiene lets through, as long as it refuses the others. */
function methodDomain({ settings, hygiene }: DomainSource): Domain {
  if (settings.stages.hygiene !== 'enforce') return NOTHING_KNOWN
  const values = hygiene.methods.filter((method) => method !== 'TRACE' && method !== 'CONNECT')
  return {
    present: true,
    values,
    whole(value) {
      if (typeof value !== 'string' || values.includes(value)) return undefined
      const upper = value.toUpperCase()
      if (values.includes(upper)) {
        const message = `http.request.method is case-sensitive and never ${quoteText(value)}`
        return { message, fix: `Write ${quoteText(upper)}.` }
      }
      const message = `http.request.method is never ${quoteText(value)}: hygiene refuses it first`
      return { message, fix: 'Add it to methods in hygiene.yaml, or remove it here.' }
    },
  }
}

/** What the fields of a policy's expressions can be. */
export function createDomains(model: DomainSource): FindDomain {
  const method = methodDomain(model)
  return (node) => {
    if (node.kind === 'index') {
      // `lower(x[*])[*]` is what lower gives.
      const { of } = node
      if (of.kind === 'call' && node.each && (of.name === 'lower' || of.name === 'upper'))
        return CASES[of.name]
      return indexDomain(node)
    }
    if (node.kind === 'call') {
      if (node.name === 'len') return LENGTH_DOMAIN
      return (node.name === 'lower' || node.name === 'upper') && !node.mapped
        ? CASES[node.name]
        : NOTHING_KNOWN
    }
    if (node.name === 'http.request.method') return method
    return FIELDS.get(node.name) ?? botDomain(node.name, model.bots)
  }
}
