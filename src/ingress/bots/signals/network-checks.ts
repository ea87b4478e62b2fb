/**
 * Signals of where a client connects from and of what is known of its kind of connection.
 *
 * What other people of the same network can bring about does not count against a client that has solved a challenge.
 * What it contradicts itself in does: its clearance is compared with what the score asks for.
 * @module
 */
import type { BotsModel } from '../../../bundle/bots-model.ts'
import type { Check, Evidence } from './evidence.ts'

/** Cloudflare's reading of its score: https://developers.cloudflare.com/bots/concepts/bot-score/. */
const AUTOMATED = 1
const LIKELY_AUTOMATED = 29
/** Cloudflare's country of Tor exits, most of which are at hosting companies. */
const TOR = 'T1'

/** Checks with the lists of one policy. */
export function createNetworkChecks(model: BotsModel): readonly Check<Evidence>[] {
  const relays = new Set(model.asns.relay)
  const hosting = new Set(model.asns.hosting.filter((asn) => !relays.has(asn)))
  const programs = new Set(model.tls.map((hash) => hash.toLowerCase()))
  const { mode, threshold } = model.labyrinth
  const isListed = (hash: string | undefined): boolean =>
    hash !== undefined && programs.has(hash.toLowerCase())
  return [
    {
      id: 'tls-known',
      holds: ({ undeclared, edge }) =>
        programs.size > 0 &&
        undeclared &&
        (isListed(edge.ciphers) || isListed(edge.ja4) || isListed(edge.ja3)),
    },
    {
      id: 'tls-unfamiliar',
      holds: ({ undeclared, agent, edge, context }) =>
        undeclared && context.tls?.knows(agent, edge) === false && !context.cleared(),
    },
    {
      id: 'network-hosting',
      holds: ({ undeclared, facts, context }) =>
        undeclared &&
        hosting.has(facts.client.asn ?? 0) &&
        facts.client.country !== TOR &&
        !context.cleared(),
    },
    {
      id: 'worker-fetch',
      holds: ({ undeclared, facts, context }) =>
        undeclared && facts.headers.get('cf-worker') !== undefined && !context.cleared(),
    },
    {
      id: 'maze-visits',
      holds: ({ context }) => mode !== 'off' && context.mazeVisits() >= threshold && !context.cleared(),
    },
    {
      id: 'platform-automated',
      holds: ({ undeclared, edge }) => undeclared && edge.score === AUTOMATED && !edge.verifiedBot,
    },
    {
      id: 'platform-likely',
      holds: ({ undeclared, edge }) =>
        undeclared && edge.score > AUTOMATED && edge.score <= LIKELY_AUTOMATED && !edge.verifiedBot,
    },
  ]
}
