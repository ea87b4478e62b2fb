/**
 * What `sallyport explain` is told on the command line, checked.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import { requestField } from '../../policy/request-field.ts'
import type { RequestExample } from '../../policy/test-case.ts'
import { readCurl } from './read-curl.ts'
import type { Split } from './split-curl.ts'

/** As commander hands them over. */
export interface RawExplainFlags {
  readonly policy: string
  readonly method?: string
  readonly url?: string
  readonly ip?: string
  readonly country?: string
  readonly asn?: string
  readonly colo?: string
  readonly tls?: string
  readonly http?: string
  readonly header?: readonly string[]
  readonly body?: string
  readonly json?: boolean
  readonly verbose?: boolean
}

type Header = readonly [name: string, value: string]

/** As zod describes what is wrong; see `readWith` for `params`. */
interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly params?: { readonly fix?: unknown }
  readonly errors?: readonly (readonly Issue[])[]
}

/** The innermost one: of a union what is wrong with its last alternative, the map. */
function findIssue(issue: Issue | undefined): Issue | undefined {
  const inner = issue?.errors?.at(-1)?.[0]
  return inner === undefined ? issue : findIssue(inner)
}

function readHeaders(lines: readonly string[]): readonly Header[] | string {
  const headers: Header[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) return "-H takes a name and a value, as -H 'Accept: text/html'."
    headers.push([line.slice(0, colon).trim(), toBytes(line.slice(colon + 1).trim())])
  }
  return headers
}

/** The request of the flags alone. */
function readPlain(given: string | undefined, flags: RawExplainFlags): Split<RequestExample> {
  const url = given ?? flags.url
  if (url === undefined) {
    const message = "Name a request: 'curl https://…' in quotes, a URL, or a path of the policy's first host."
    return { ok: false, message }
  }
  if (given !== undefined && flags.url !== undefined) return { ok: false, message: 'Give the URL once.' }
  const { body } = flags
  const headers: readonly Header[] =
    body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]]
  const method = flags.method ?? (body === undefined ? 'GET' : 'POST')
  return { ok: true, value: { method, url, headers }, notes: [] }
}

function readStart(given: string | undefined, flags: RawExplainFlags): Split<RequestExample> {
  if (given === undefined || !/^curl(?:\s|$)/.test(given.trim())) return readPlain(given, flags)
  const twice = (['method', 'url', 'body'] as const).find((name) => flags[name] !== undefined)
  if (twice === undefined) return readCurl(given.trim())
  return { ok: false, message: `--${twice} says again what the curl command says: leave one of them out.` }
}

/** Headers as policy tests have them: every name once, with its values. */
function groupHeaders(headers: readonly Header[]): Readonly<Record<string, readonly string[]>> {
  const groups = new Map<string, string[]>()
  for (const [name, value] of headers) groups.set(name, [...(groups.get(name) ?? []), value])
  return Object.fromEntries(groups)
}

/** Checked by the same code as the requests of tests. */
function checkRequest(example: RequestExample, flags: RawExplainFlags): RequestExample | string {
  const { ip, country, asn, colo, tls } = flags
  const http = flags.http ?? example.http
  const given = { ...example, ip, country, asn, colo, tls, http, headers: groupHeaders(example.headers) }
  const result = requestField.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  )
  if (result.success) return { ...result.data, headers: example.headers }
  const issue = findIssue(result.error.issues[0] as Issue | undefined)
  const name = String(issue?.path[0] ?? 'url')
  const fix = typeof issue?.params?.fix === 'string' ? ` ${issue.params.fix}` : ''
  return `--${name === 'headers' ? 'header' : name}: ${issue?.message ?? 'not possible'}.${fix}`
}

/**
 * The request to explain, with notes on what was left out.
 * @param given A curl command, a URL or a path.
 */
export function readExplainFlags(given: string | undefined, flags: RawExplainFlags): Split<RequestExample> {
  const start = readStart(given, flags)
  if (!start.ok) return start
  const more = readHeaders(flags.header ?? [])
  if (typeof more === 'string') return { ok: false, message: more }
  const names = new Set(more.map(([name]) => name.toLowerCase()))
  // A -H of ours replaces what curl would have sent.
  const kept = start.value.headers.filter(([name]) => !names.has(name.toLowerCase()))
  const example = checkRequest({ ...start.value, headers: [...kept, ...more] }, flags)
  if (typeof example === 'string') return { ok: false, message: example }
  return { ok: true, value: example, notes: start.notes }
}
