/**
 * Signals that contradict a User-Agent which says that it is a browser's.
 * @module
 */
import type { BotSignal } from './bot-signal.ts'

const HINTS =
  'Cleartext http but for localhost, where browsers send none; web views, Electron and devices (televisions, consoles, cars), which change them; WebSocket handshakes.'

/** Client hints: https://wicg.github.io/ua-client-hints/, section 8.1. */
const CLIENT_HINTS: readonly BotSignal[] = [
  {
    id: 'hints-version',
    weight: 55,
    reason: 'The version of Chromium in Sec-CH-UA is not the one in the User-Agent.',
    exempt: `${HINTS} Only the brand Chromium is compared: others have versions of their own.`,
  },
  {
    id: 'hints-platform',
    weight: 35,
    reason: 'Sec-CH-UA-Platform names another system than the User-Agent.',
    exempt: `${HINTS} ChromeOS and Linux for each other, and Android's desktop-site mode, which says Linux.`,
  },
  {
    id: 'hints-mobile',
    weight: 35,
    reason: 'Sec-CH-UA-Mobile says telephone where the User-Agent does not, or the other way round.',
    exempt: `${HINTS} Tablets say neither and agree.`,
  },
  {
    id: 'hints-incomplete',
    weight: 20,
    reason: 'One or two of the three client hints that Chromium always sends together.',
    exempt: `${HINTS} Chromium before 95, which had no platform among them.`,
  },
  {
    id: 'hints-malformed',
    weight: 35,
    reason: 'A client hint that no Chromium writes so: no list of brands, no Boolean, no string.',
    exempt: HINTS,
  },
  {
    id: 'hints-missing',
    weight: 15,
    reason: 'A Chromium from 90 on that sends no client hints.',
    exempt: `${HINTS} What is no navigation by its Sec-Fetch fields, as workers send none. It weighs little: proxies and apps with a User-Agent of their own.`,
  },
  {
    id: 'hints-foreign',
    weight: 20,
    reason: 'Client hints of Chromium with the User-Agent of Firefox or Safari.',
    exempt:
      'Web views and devices. It weighs less than the others: people use extensions that change the User-Agent.',
  },
]

/** Fetch metadata: https://www.w3.org/TR/fetch-metadata/. */
const FETCH_METADATA: readonly BotSignal[] = [
  {
    id: 'fetch-missing',
    weight: 35,
    reason: 'No Sec-Fetch fields from a browser whose version sends them with every request.',
    exempt:
      'Chromium before 80, Firefox before 90, Safari before 16.4; cleartext http but for localhost; web views, Electron and devices; WebSocket handshakes; reports that a browser sends of itself.',
  },
  {
    id: 'fetch-incomplete',
    weight: 45,
    reason: 'Some of Sec-Fetch-Site, -Mode and -Dest without the others.',
    exempt: 'Chromium before 80, which had no Sec-Fetch-Dest; WebSocket handshakes.',
  },
  {
    id: 'fetch-contradictory',
    weight: 50,
    reason: 'Sec-Fetch fields that exclude each other, as a navigation to something that is no document.',
    exempt:
      'Prefetches (Sec-Purpose), which browsers label in several ways. Unknown values are no contradiction.',
  },
  {
    id: 'fetch-referer',
    weight: 20,
    reason: 'Sec-Fetch-Site says same-origin, the Referer is of another site.',
    exempt: 'None; extensions that forge the Referer are why it weighs little.',
  },
]

const CONTENT: readonly BotSignal[] = [
  {
    id: 'accept-navigation',
    weight: 45,
    reason: 'A navigation whose Accept does not name text/html.',
    exempt: 'Prefetches; frames of `object` and `embed`, which take other types.',
  },
  {
    id: 'accept-missing',
    weight: 30,
    reason: 'A browser without Accept, which the Fetch standard adds to every request.',
    exempt: 'WebSocket handshakes; downloads; reports that a browser sends of itself.',
  },
  {
    id: 'language-any',
    weight: 45,
    reason: 'Accept-Language is `*`, which no browser sends and programs do.',
    exempt: 'None.',
  },
  {
    id: 'language-missing',
    weight: 20,
    reason: 'A browser without Accept-Language.',
    exempt:
      'WebSocket handshakes; reports that a browser sends of itself. Some apps remove it from their web views, so it stays below the first band.',
  },
  {
    id: 'encoding-poor',
    weight: 10,
    reason: 'A modern browser that does not take Brotli, by what Cloudflare has received.',
    exempt:
      'Cleartext http, where browsers do not offer it; audio, video and ranges, which are asked for as they are; devices; company proxies that Cloudflare knows. Some virus scanners remove it.',
  },
  {
    id: 'origin-missing',
    weight: 15,
    reason: 'A POST of a modern browser without Origin.',
    exempt: 'Chromium before 90, Firefox before 90, Safari before 16.4; web views and devices.',
  },
]

/** Signals of the fields that browsers send. */
export const BROWSER_SIGNALS: readonly BotSignal[] = [...CLIENT_HINTS, ...FETCH_METADATA, ...CONTENT]
