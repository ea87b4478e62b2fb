/** A model of bots with one of everything. */
import { AGENT_CLASSES } from '../../src/bundle/agent-classes.ts'
import type { BotsModel } from '../../src/bundle/bots-model.ts'

const classes = Object.fromEntries(
  AGENT_CLASSES.map((name) => [name, { action: 'verify', paths: [] }] as const),
) as unknown as BotsModel['crawlers']['classes']

export const fullBots: BotsModel = {
  mode: 'enforce',
  agents: 'bots/agents',
  ranges: [
    {
      id: 'googlebot',
      url: 'https://example.com/googlebot.json',
      format: 'json',
      snapshot: { part: 'bots/ranges/googlebot', count: 1, fetched: 1_795_000_000 },
    },
    { id: 'bingbot', url: 'https://example.com/bingbot.json', format: 'text' },
  ],
  verification: {
    web_bot_auth: { mode: 'enforce', hosts: ['https://agent.example'], max_age: 300, skew: 5 },
    platform: true,
    ranges_max_age: 604_800,
    dns: { mode: 'enforce', resolver: 'https://dns.example/dns-query' },
    spoofed: 'proof-of-work',
    pending: 'none',
  },
  signals: { headless: 60, spoofed: 60 },
  bands: [
    { name: 'likely-human', from: 0, step: 'none' },
    { name: 'suspicious', from: 50, step: 'proof-of-work' },
  ],
  asns: { hosting: [64_500], relay: [64_501] },
  tls: ['e7d705a3286e19ea42f587b344ee6865'],
  challenge: {
    status: 403,
    wait: 3,
    bits: { least: 12, most: 16 },
    provider: { kind: 'turnstile', sitekey: '0x4AAA' },
    life: { wait: 3600, proof: 21_600, interactive: 86_400 },
    max_life: 604_800,
    same_site: 'lax',
    exempt: [{ kind: 'prefix', value: '/hooks' }],
    template: '<!doctype html>{{challenge}}',
  },
  crawlers: {
    classes: {
      ...classes,
      seo: { action: 'rate', rate: { requests: 60, period: 60 }, paths: [] },
      'ai-train': {
        action: 'price',
        price: 'USD 0.01',
        paths: [{ action: 'allow', path: { kind: 'exact', value: '/free' } }],
      },
    },
    agents: { 'Example Bot/1': { action: 'deny', paths: [] } },
    robots: 'merge',
    tokens: { 'Google-Extended': 'deny' },
    signals: { search: 'yes', 'ai-input': 'no', 'ai-train': 'no' },
  },
  labyrinth: { mode: 'off', path: '/reading-room/', link: false, threshold: 25 },
}
