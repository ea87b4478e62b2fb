/** The edge in workerd with a policy made for one test file, and the lines it logs. */
import { type LocalEdge, startLocalEdge } from '../../src/cli/local/edge.ts'
import { createLocalKeys, type LocalKeys } from '../../src/cli/local/keys.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'

export interface LoggedLine {
  readonly kind: string
  readonly [key: string]: unknown
}

export interface OpenEdge {
  readonly url: string
  readonly keys: LocalKeys
  readonly log: EdgeLog
  stop(): Promise<void>
}

export interface EdgeLog {
  /** All lines since the start, as text. */
  readonly lines: readonly string[]
  add(line: string): void
  records(): readonly LoggedLine[]
  /** Resolves with the first record, past or to come, that fits. */
  find(fits: (record: LoggedLine) => boolean): Promise<LoggedLine>
}

/** A route for everything at 127.0.0.1 that forwards to `origin`; `more` are lines of the route. */
export function siteRoute(origin: string, more = ''): string {
  return `routes:\n  - id: site\n    hosts: [127.0.0.1]\n    path: /\n    forward: { origin: '${origin}' }\n${more}`
}

export async function compile(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const loaded = await loadPolicy(new Map(Object.entries(files)))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2))
  return loaded.bundle
}

export function createLog(): EdgeLog {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const records = (): LoggedLine[] =>
    lines.filter((line) => line.startsWith('{')).map((line): LoggedLine => JSON.parse(line))
  return {
    lines,
    records,
    add(line) {
      lines.push(line)
      for (const look of waiting) look()
    },
    find: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = records().find(fits)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

export interface EdgeOptions {
  readonly files: Readonly<Record<string, string>>
  readonly keys?: LocalKeys
  /** The secret as it is set, in place of the keys' own. */
  readonly secret?: string | null
}

export async function openEdge({
  files,
  keys = createLocalKeys(),
  secret = keys.edge,
}: EdgeOptions): Promise<OpenEdge> {
  const log = createLog()
  const edge: LocalEdge = await startLocalEdge({
    bundle: await compile(files),
    keys: secret ?? undefined,
    host: '127.0.0.1',
    port: 0,
    onLine: log.add,
  })
  return { url: edge.url, keys, log, stop: () => edge.stop() }
}
