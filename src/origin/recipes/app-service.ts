/**
 * Which Service in Kubernetes is the application.
 * @module
 */
import type { Description } from './description.ts'

/** Name and namespace of the application's Service. */
export interface AppService {
  readonly name: string
  readonly namespace: string
  readonly port: number
}

const LABEL = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads `shop` or `shop.web.svc.cluster.local` as the Service it names. Any other host, such as an address, names
 * none: then the Service is called `app`, to be changed by hand.
 */
export function readAppService({ upstream, kubernetes }: Description): AppService {
  const [name = '', namespace = kubernetes.namespace] = upstream.host.split('.')
  const isName = LABEL.test(name) && name !== 'localhost'
  return isName
    ? { name, namespace, port: upstream.port }
    : { name: 'app', namespace: kubernetes.namespace, port: upstream.port }
}
