/** Plain nginx with the auth server beside it. */
import { nginxAuthRequest as recipe } from '../../../src/origin/recipes/nginx-auth-request.ts'
import { describeRun, startAuthProcess } from '../auth-server-process.ts'
import type { ProxyUnderTest } from '../setup.ts'
import { toProxy } from '../to-proxy.ts'
import { hasModules, startNginx, startPlain } from './nginx-process.ts'

export const nginxAuthRequest: ProxyUnderTest = {
  name: 'nginx-auth-request',
  packages: ['nginx'],
  isInstalled: () => hasModules([]),
  async start(run) {
    const description = describeRun(run)
    const server = await startAuthProcess('nginx-auth-request', run, description)
    return toProxy(await startNginx(run, { modules: [], files: recipe(description) }), server)
  },
  startPlain,
}
