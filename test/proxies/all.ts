/** Every load balancer under test, in the order of their names. */
import type { ProxyUnderTest } from './setup.ts'
import { apache } from './setups/apache.ts'
import { caddy } from './setups/caddy.ts'
import { haproxy } from './setups/haproxy.ts'
import { nginxAuthRequest } from './setups/nginx-auth-request.ts'
import { nginxLua } from './setups/nginx-lua.ts'
import { nginxNjs } from './setups/nginx-njs.ts'

const ALL: readonly ProxyUnderTest[] = [apache, caddy, haproxy, nginxAuthRequest, nginxLua, nginxNjs]

/** Only those whose names are in SALLYPORT_PROXIES (separated by commas), when it is set. */
export function listProxies(): readonly ProxyUnderTest[] {
  const only = process.env.SALLYPORT_PROXIES?.split(',')
  return ALL.filter(({ name }) => only?.includes(name) ?? true)
}
