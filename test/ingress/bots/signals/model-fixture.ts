/** A policy of bots as far as scores need it: signals, bands and networks as shipped, all else empty. */
import type { BotsModel } from '../../../../src/bundle/bots-model.ts'
import { BOT_SIGNALS, DEFAULT_BANDS } from '../../../../src/http/bot-signals.ts'
import { HOSTING_ASNS, RELAY_ASNS } from '../../../../src/policy/bots/asn-classes.ts'

const NEVER = {} as BotsModel['crawlers']

/** The parts of a policy that the score reads are as shipped; the others are empty. */
export const MODEL: BotsModel = {
  mode: 'enforce',
  agents: '',
  ranges: [],
  verification: {
    web_bot_auth: { mode: 'enforce', hosts: [], max_age: 300, skew: 5 },
    platform: true,
    ranges_max_age: 86_400,
    dns: { mode: 'off', resolver: 'https://resolver.example' },
    spoofed: 'proof-of-work',
    pending: 'none',
  },
  signals: Object.fromEntries(BOT_SIGNALS.map(({ id, weight }) => [id, weight])),
  bands: DEFAULT_BANDS,
  asns: {
    hosting: HOSTING_ASNS.map(({ asn }) => asn),
    relay: RELAY_ASNS.map(({ asn }) => asn),
  },
  tls: [],
  challenge: {
    status: 403,
    wait: 3,
    bits: { least: 12, most: 16 },
    life: { wait: 3600, proof: 3600, interactive: 3600 },
    max_life: 86_400,
    same_site: 'lax',
    exempt: [],
  },
  crawlers: NEVER,
  labyrinth: { mode: 'enforce', path: '/maze/', link: false, threshold: 25 },
}
