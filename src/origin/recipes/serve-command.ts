/**
 * The command that starts the auth server which a configuration asks, in its own comments.
 * @module
 */
import { HIDES_UPGRADES } from '../auth-server/modes.ts'
import { formatUrlHost } from './addresses.ts'
import type { Address, Description, LoadBalancer } from './description.ts'

/** As `--listen` wants it. */
export function formatAddress(address: Address): string {
  return address.kind === 'unix' ? `unix:${address.path}` : `${formatUrlHost(address.host)}:${address.port}`
}

/** What the verifier is told, whichever way it is started: names and values of options. */
export function formatCheckOptions(
  description: Description,
  mode: LoadBalancer,
): readonly (readonly [string, string])[] {
  const { authorities, scheme, skew, maxTtl, rate, facts } = description
  const unsigned = HIDES_UPGRADES.has(mode) ? [] : description.unsigned
  return [
    ...authorities.map((host) => ['--authority', host] as const),
    ['--scheme', scheme],
    ['--skew', String(skew)],
    ['--max-ttl', String(maxTtl)],
    ['--rate', String(rate)],
    ...unsigned.map((path) => ['--unsigned', path] as const),
    ...facts.map((fact) => ['--fact', fact] as const),
  ]
}

/** A command for a shell, in comment lines. */
export function formatServeCommand(description: Description, mode: LoadBalancer, server: Address): string {
  const options = [
    ['--keys', description.keys],
    ['--listen', formatAddress(server)],
    ...formatCheckOptions(description, mode),
  ]
  const lines = options.map(([name, value]) => `#     ${name} ${value}`)
  return `#   sallyport origin serve --lb ${mode} \\\n${lines.join(' \\\n')}`
}
