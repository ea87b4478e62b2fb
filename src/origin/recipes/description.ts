/**
 * What an operator says once about a door at the origin, whichever load balancer it is built from.
 * @module
 */
import type { Fact } from '../facts.ts'

/** Where the check can be built in. */
export const LOAD_BALANCERS = [
  'haproxy',
  'nginx-njs',
  'nginx-lua',
  'nginx-auth-request',
  'caddy',
  'apache',
  'traefik',
  'envoy',
  'envoy-gateway',
  'gateway-api',
  'ingress-nginx',
] as const

export type LoadBalancer = (typeof LOAD_BALANCERS)[number]

/** A host (IPv6 without brackets) and a port, or a unix socket. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** Everything in here has been checked: it may be written into a configuration as it stands. */
export interface Description {
  /** Path of the key set (`origin.jwks.json`) on the machine of the load balancer. */
  readonly keys: string
  /** Where the load balancer listens for the edge. */
  readonly listen: Extract<Address, { readonly kind: 'tcp' }>
  /** Certificate chain and key in PEM, for a load balancer that ends TLS itself. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Where the application is. Spoken to in plain HTTP/1.1. */
  readonly upstream: Extract<Address, { readonly kind: 'tcp' }>
  /** What the edge sends as `Host`, lower case, without the scheme's default port. At least one. */
  readonly authorities: readonly string[]
  /** How the edge reaches this origin. */
  readonly scheme: 'http' | 'https'
  /** Exact paths of health probes that pass unsigned. */
  readonly unsigned: readonly string[]
  /** Signed facts that the application gets beside those it always gets. */
  readonly facts: readonly Fact[]
  /** Seconds by which the clocks may differ. */
  readonly skew: number
  /** Longest life of a signature in seconds. */
  readonly maxTtl: number
  /** Signed requests per second at most: what a memory of nonces in the load balancer is made for. */
  readonly rate: number
  /** Where `sallyport origin serve` listens, for load balancers that ask it. */
  readonly server: Address
  /** Names of objects in Kubernetes. */
  readonly kubernetes: { readonly name: string; readonly namespace: string }
}

/** One file of a configuration. */
export interface RecipeFile {
  /** File name without a folder. */
  readonly name: string
  /** Where it belongs, in one line. */
  readonly place: string
  readonly text: string
}

/** Writes a complete, commented configuration; the first file is the main one. */
export type Recipe = (description: Description) => readonly RecipeFile[]
