/** nginx with njs. */
import { writeFileSync } from 'node:fs'
import { nginxNjs as recipe } from '../../../src/origin/recipes/nginx-njs.ts'
import { formatKeySet } from '../../../src/signature/keys.ts'
import { describeRun } from '../auth-server-process.ts'
import type { ProxyUnderTest } from '../setup.ts'
import { toProxy } from '../to-proxy.ts'
import { hasModules, startNginx, startPlain } from './nginx-process.ts'

const MODULES = ['ngx_http_js_module']

export const nginxNjs: ProxyUnderTest = {
  name: 'nginx-njs',
  packages: ['nginx', 'libnginx-mod-http-js'],
  isInstalled: () => hasModules(MODULES),
  async start(run) {
    const description = { ...describeRun(run), rate: 50_000 }
    writeFileSync(description.keys, formatKeySet(run.keys), { mode: 0o600 })
    return toProxy(await startNginx(run, { modules: MODULES, files: recipe(description) }))
  },
  startPlain,
}
