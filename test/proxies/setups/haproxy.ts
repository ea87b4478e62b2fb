/** HAProxy, which needs nothing beside it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Description } from '../../../src/origin/recipes/description.ts'
import { mapPath, haproxy as recipe } from '../../../src/origin/recipes/haproxy.ts'
import { formatKeyMap, toKeyMap } from '../../../src/origin/recipes/haproxy-map.ts'
import { describeRun } from '../auth-server-process.ts'
import { isProgram, type RunningProcess, startProcess } from '../processes.ts'
import type { ProxyRun, ProxyUnderTest } from '../setup.ts'

/** Where a run has its runtime socket. */
export const socketPath = (folder: string): string => join(folder, 'haproxy.sock')

/** Starts HAProxy in the foreground, with `text` as its only configuration. */
export function startHaproxy(
  run: ProxyRun,
  text: string,
  args: readonly string[] = [],
): Promise<RunningProcess> {
  const config = join(run.folder, 'haproxy.cfg')
  writeFileSync(config, text)
  return startProcess('haproxy', ['-f', config, '-db', ...args], {
    folder: run.folder,
    env: { SALLYPORT_SOCKET: socketPath(run.folder) },
    listens: run.port,
  })
}

/** The generated configuration, with the map of keys where it looks for it. */
export function configure(run: ProxyRun, changes: Partial<Description> = {}): string {
  const description = { ...describeRun(run), ...changes }
  writeFileSync(mapPath(description.keys), formatKeyMap(toKeyMap(run.keys)), { mode: 0o600 })
  return recipe(description)[0]?.text ?? ''
}

/** As the generated one, without the rules. */
const plain = (run: ProxyRun): string => `global
  log stdout format raw daemon info
defaults
  mode http
  log global
  timeout http-request 10s
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend plain
  bind 127.0.0.1:${run.port} proto h1
  log-format "%ci:%cp [%tr] %ST %B %TR/%Tw/%Tc/%Tr/%Ta %HM %{+Q}HPO"
  default_backend application
backend application
  server application 127.0.0.1:${run.originPort}
`

export const haproxy: ProxyUnderTest = {
  name: 'haproxy',
  packages: ['haproxy'],
  isInstalled: () => isProgram('haproxy'),
  async start(run) {
    const { pid, stop } = await startHaproxy(run, configure(run))
    return { pids: [pid], stop }
  },
  async startPlain(run) {
    const { pid, stop } = await startHaproxy(run, plain(run))
    return { pids: [pid], stop }
  },
}
