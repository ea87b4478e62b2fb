/**
 * Where operators of automated clients publish the addresses of these. `rules/bots/ranges/<id>.txt` is a snapshot;
 * the Worker fetches them again by itself.
 *
 * Addresses of lists from the operators' own pages, as cited by arcjet/well-known-bots (MIT) and lord-alfred/ipranges
 * (CC0) in August 2026. Anthropic and ByteDance are not here, since neither names a list of theirs.
 * @module
 */
import type { RangeSourceModel } from '../../bundle/bots-model.ts'

export type RangeSource = Omit<RangeSourceModel, 'snapshot'>

const GOOGLE = 'https://developers.google.com/static/crawling/ipranges'

export const RANGE_SOURCES: readonly RangeSource[] = [
  { id: 'googlebot', url: `${GOOGLE}/common-crawlers.json`, format: 'json' },
  // AdsBot, Mediapartners, APIs-Google, Google-Safety.
  { id: 'google-special', url: `${GOOGLE}/special-crawlers.json`, format: 'json' },
  // Fetchers of users: those in Google's cloud, where others rent too, and those of Google's own network.
  { id: 'google-user-triggered', url: `${GOOGLE}/user-triggered-fetchers.json`, format: 'json' },
  {
    id: 'google-user-triggered-google',
    url: `${GOOGLE}/user-triggered-fetchers-google.json`,
    format: 'json',
  },
  // Bing's ads and previews come from the same.
  { id: 'bingbot', url: 'https://www.bing.com/toolbox/bingbot.json', format: 'json' },
  { id: 'openai-gptbot', url: 'https://openai.com/gptbot.json', format: 'json' },
  { id: 'openai-searchbot', url: 'https://openai.com/searchbot.json', format: 'json' },
  { id: 'openai-chatgpt-user', url: 'https://openai.com/chatgpt-user.json', format: 'json' },
  { id: 'perplexitybot', url: 'https://www.perplexity.ai/perplexitybot.json', format: 'json' },
  { id: 'perplexity-user', url: 'https://www.perplexity.ai/perplexity-user.json', format: 'json' },
  { id: 'duckduckbot', url: 'https://duckduckgo.com/duckduckbot.json', format: 'json' },
  { id: 'duckassistbot', url: 'https://duckduckgo.com/duckassistbot.json', format: 'json' },
  { id: 'applebot', url: 'https://search.developer.apple.com/applebot.json', format: 'json' },
  { id: 'mistralai-user', url: 'https://mistral.ai/mistralai-user-ips.json', format: 'json' },
  { id: 'ahrefsbot', url: 'https://api.ahrefs.com/v3/public/crawler-ip-ranges', format: 'json' },
  // All of Meta's network: facebookexternalhit, meta-externalagent and the rest.
  { id: 'meta', url: 'https://www.facebook.com/peering/geofeed', format: 'csv' },
  { id: 'pingdom-v4', url: 'https://my.pingdom.com/probes/ipv4', format: 'text' },
  { id: 'pingdom-v6', url: 'https://my.pingdom.com/probes/ipv6', format: 'text' },
  {
    id: 'statuscake',
    url: 'https://app.statuscake.com/Workfloor/Locations.php?format=txt',
    format: 'text',
  },
  { id: 'sentry-uptime', url: 'https://sentry.io/api/0/uptime-ips/', format: 'text' },
  { id: 'geedobot', url: 'https://geedo.com/product-search/product-search-ip.json', format: 'json' },
]
