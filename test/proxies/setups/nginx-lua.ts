/** nginx with its Lua module. */
import { writeFileSync } from 'node:fs'
import { nginxLua as recipe } from '../../../src/origin/recipes/nginx-lua.ts'
import { formatKeySet } from '../../../src/signature/keys.ts'
import { describeRun } from '../auth-server-process.ts'
import type { ProxyUnderTest } from '../setup.ts'
import { toProxy } from '../to-proxy.ts'
import { hasModules, startNginx, startPlain } from './nginx-process.ts'

const MODULES = ['ndk_http_module', 'ngx_http_lua_module']

export const nginxLua: ProxyUnderTest = {
  name: 'nginx-lua',
  packages: ['nginx', 'libnginx-mod-http-lua', 'lua-cjson'],
  isInstalled: () => hasModules(MODULES),
  async start(run) {
    const description = { ...describeRun(run), rate: 50_000 }
    writeFileSync(description.keys, formatKeySet(run.keys), { mode: 0o644 })
    return toProxy(await startNginx(run, { modules: MODULES, files: recipe(description) }))
  },
  startPlain,
}
