/** Starts the auth server beside a load balancer under test. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HIDES_UPGRADES, type ServerMode } from '../../src/origin/auth-server/modes.ts'
import type { AuthServerOptions } from '../../src/origin/auth-server/start.ts'
import type { Description } from '../../src/origin/recipes/description.ts'
import { type RunningProcess, startProcess } from './processes.ts'
import type { ProxyRun } from './setup.ts'

const MAIN = fileURLToPath(new URL('auth-server-main.ts', import.meta.url))

/** What an operator would have said of this run. The auth server has a unix socket in the run's folder. */
export function describeRun(run: ProxyRun): Description {
  return {
    keys: join(run.folder, 'origin.jwks.json'),
    listen: { kind: 'tcp', host: '127.0.0.1', port: run.port },
    upstream: { kind: 'tcp', host: '127.0.0.1', port: run.originPort },
    authorities: [`127.0.0.1:${run.port}`],
    scheme: 'http',
    unsigned: run.unsigned,
    facts: ['country', 'asn', 'log'],
    skew: 5,
    maxTtl: 60,
    rate: 2000,
    server: { kind: 'unix', path: join(run.folder, 'auth.sock') },
    kubernetes: { name: 'sallyport', namespace: 'default' },
  }
}

/** The server as `sallyport origin serve` would run it for this load balancer. */
export function startAuthProcess(
  mode: ServerMode,
  run: ProxyRun,
  description: Description,
): Promise<RunningProcess> {
  const { server, authorities, scheme, facts } = description
  const paths = HIDES_UPGRADES.has(mode) ? [] : description.unsigned
  const options: AuthServerOptions = {
    mode,
    listen: server,
    socketMode: 0o666,
    verifier: { keys: run.keys, authority: authorities, scheme, unsigned: { paths } },
    facts,
  }
  const listens = server.kind === 'unix' ? server.path : server.port
  return startProcess(process.execPath, [MAIN, JSON.stringify(options)], { folder: run.folder, listens })
}
