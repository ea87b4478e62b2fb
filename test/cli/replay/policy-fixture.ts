import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A policy with one rule of each kind, small enough to know what it says of every request. */
const FILES: Readonly<Record<string, string>> = {
  'settings.yaml': 'unknown_host: 421\n',
  'access.yaml': `guards:
  - id: blocklist
    unlisted: pass
    deny: { cidrs: [198.51.100.0/24, '2001:db8:bad::/48'], asns: [AS64496] }
  - id: trial
    mode: log
    unlisted: pass
    paths: [/trial]
    deny: { countries: [FR] }
`,
  'limits.yaml': `limits:
  - id: login
    paths: [{ exact: /login }]
    methods: [POST]
    characteristics: [ip.src]
    period: 60s
    requests_per_period: 2
    mitigation_timeout: 60s
`,
  'routes/site.yaml': `routes:
  - id: site
    hosts: [www.example.com]
    path: /
    forward: { origin: 'http://127.0.0.1:8788' }
  - id: upload
    hosts: [www.example.com]
    path: /upload
    max_body: 1KiB
    forward: { origin: 'http://127.0.0.1:8788' }
  - id: old
    hosts: [www.example.com]
    exact: /old
    redirect: { location: /new, status: 308 }
`,
}

/** A new folder under the system's own for temporary files, with `rules/` in it. */
export async function createPolicyFolder(): Promise<{ folder: string; rules: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-replay-'))
  const rules = join(folder, 'rules')
  await mkdir(join(rules, 'routes'), { recursive: true })
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(rules, name), text)
  return { folder, rules }
}

/** A line of a Combined log, `second` seconds into a fixed hour. */
export function combinedLine(
  second: number,
  client: string,
  request: string,
  status: number | string = 200,
): string {
  const time = `10/Oct/2026:13:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} +0000`
  return `${client} - - [${time}] "${request}" ${status} 17 "-" "curl/8.5.0"\n`
}
