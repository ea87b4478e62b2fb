/** Apache with the auth server beside it. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apache as recipe } from '../../../src/origin/recipes/apache.ts'
import { describeRun, startAuthProcess } from '../auth-server-process.ts'
import { isProgram, type RunningProcess, startProcess } from '../processes.ts'
import type { ProxyRun, ProxyUnderTest } from '../setup.ts'
import { toProxy } from '../to-proxy.ts'

const MODULES = '/usr/lib/apache2/modules'

/** What a distribution's main file does: modules, process management, logs. */
function formatMain(run: ProxyRun, mpm: string): string {
  const modules = [`mpm_${mpm}`, 'authz_core', 'lua', 'proxy', 'proxy_http', 'headers', 'socache_shmcb']
  const load = modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`)
  return `ServerRoot "${run.folder}"
ServerName localhost
PidFile "${run.folder}/httpd.pid"
DefaultRuntimeDir "${run.folder}"
ErrorLog "${run.folder}/error.log"
User www-data
Group www-data
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 30
${load.join('\n')}
`
}

async function startApache(run: ProxyRun, main: string): Promise<RunningProcess> {
  const config = join(run.folder, 'httpd.conf')
  // Its workers run under a name of their own, and have to get at the script and the socket.
  chmodSync(run.folder, 0o755)
  writeFileSync(config, main)
  // A session of its own: with prefork it ends by a signal to its whole process group.
  return startProcess('setsid', ['apache2', '-d', run.folder, '-f', config, '-DFOREGROUND'], {
    folder: run.folder,
    listens: run.port,
  })
}

const plain = (run: ProxyRun): string => `
Listen 127.0.0.1:${run.port}
<VirtualHost 127.0.0.1:${run.port}>
    AllowEncodedSlashes NoDecode
    MergeSlashes Off
    ProxyPass "/" "http://127.0.0.1:${run.originPort}/" nocanon upgrade=websocket retry=0
    ProxyPreserveHost On
    ProxyAddHeaders Off
</VirtualHost>
`

/** Writes the files where this run may have them, and the site as it would be included. */
function install(run: ProxyRun, description = describeRun(run)): string {
  const [site, script] = recipe(description)
  const lua = join(run.folder, 'sallyport.lua')
  writeFileSync(lua, script?.text ?? '')
  return (site?.text ?? '').replaceAll(script?.place ?? '', lua)
}

export function createApache(mpm: 'event' | 'prefork'): ProxyUnderTest {
  return {
    name: 'apache',
    packages: ['apache2', 'lua-socket'],
    isInstalled: () => isProgram('apache2') && existsSync(`${MODULES}/mod_lua.so`),
    async start(run) {
      const server = await startAuthProcess('apache', run, describeRun(run))
      return toProxy(await startApache(run, `${formatMain(run, mpm)}\n${install(run)}`), server)
    },
    async startPlain(run) {
      return toProxy(await startApache(run, `${formatMain(run, mpm)}\n${plain(run)}`))
    },
  }
}

export const apache: ProxyUnderTest = createApache('event')
