/**
 * Which recipe makes the configuration of which load balancer.
 * @module
 */
import { apache } from '../../origin/recipes/apache.ts'
import { caddy } from '../../origin/recipes/caddy.ts'
import type { LoadBalancer, Recipe } from '../../origin/recipes/description.ts'
import { envoy } from '../../origin/recipes/envoy.ts'
import { envoyGateway } from '../../origin/recipes/envoy-gateway.ts'
import { gatewayApi } from '../../origin/recipes/gateway-api.ts'
import { haproxy } from '../../origin/recipes/haproxy.ts'
import { ingressNginx } from '../../origin/recipes/ingress-nginx.ts'
import { nginxAuthRequest } from '../../origin/recipes/nginx-auth-request.ts'
import { nginxLua } from '../../origin/recipes/nginx-lua.ts'
import { nginxNjs } from '../../origin/recipes/nginx-njs.ts'
import { traefik } from '../../origin/recipes/traefik.ts'

export const RECIPES: Readonly<Record<LoadBalancer, Recipe>> = {
  haproxy,
  'nginx-njs': nginxNjs,
  'nginx-lua': nginxLua,
  'nginx-auth-request': nginxAuthRequest,
  caddy,
  apache,
  traefik,
  envoy,
  'envoy-gateway': envoyGateway,
  'gateway-api': gatewayApi,
  'ingress-nginx': ingressNginx,
}
