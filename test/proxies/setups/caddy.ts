/** Caddy with the auth server beside it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { caddy as recipe } from '../../../src/origin/recipes/caddy.ts'
import { describeRun, startAuthProcess } from '../auth-server-process.ts'
import { isProgram, type RunningProcess, startProcess } from '../processes.ts'
import type { ProxyRun, ProxyUnderTest } from '../setup.ts'

function startCaddy(run: ProxyRun, text: string): Promise<RunningProcess> {
  // What the addition to its service says: with and without the check, so that both are compared alike.
  const [, service] = recipe(describeRun(run))
  const [, name = '', value = ''] = /^Environment=(\w+)=(\w+)$/m.exec(service?.text ?? '') ?? []
  const config = join(run.folder, 'Caddyfile')
  writeFileSync(config, text)
  return startProcess('caddy', ['run', '--config', config], {
    folder: run.folder,
    env: { XDG_CONFIG_HOME: run.folder, XDG_DATA_HOME: run.folder, [name]: value },
    listens: run.port,
  })
}

const plain = (run: ProxyRun): string => `{
	admin off
	auto_https off
	log default {
		exclude http.handlers.reverse_proxy
	}
	servers {
		protocols h1
	}
}
http://:${run.port} {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:${run.originPort} {
		transport http {
			compression off
			keepalive_idle_conns_per_host 256
		}
	}
}
`

export const caddy: ProxyUnderTest = {
  name: 'caddy',
  packages: ['caddy'],
  isInstalled: () => isProgram('caddy'),
  async start(run) {
    const description = describeRun(run)
    const server = await startAuthProcess('caddy', run, description)
    const proxy = await startCaddy(run, recipe(description)[0]?.text ?? '')
    return {
      pids: [proxy.pid, server.pid],
      async stop() {
        await proxy.stop()
        await server.stop()
      },
    }
  },
  async startPlain(run) {
    const proxy = await startCaddy(run, plain(run))
    return { pids: [proxy.pid], stop: proxy.stop }
  },
}
