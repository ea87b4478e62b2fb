/**
 * The part of the tour that is about bots. The shipped policy watches (`mode: log`): the origin is told who comes,
 * and what would have happened.
 * @module
 */

import type { Running } from '../running.ts'
import type { Case, Expected } from './tour-case.ts'
import { type Reply, send } from './wire.ts'

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const GPTBOT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

type Fields = Readonly<Record<string, string>>

/** A page that somebody opens in Chrome. */
const NAVIGATION: Fields = {
  'sec-ch-ua': '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'upgrade-insecure-requests': '1',
  'user-agent': CHROME,
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-dest': 'document',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-US,en;q=0.9',
}

/** The shipped policy challenges logins from there. */
const TOR: Fields = { ...NAVIGATION, 'sallyport-simulate': 'ip=198.19.0.6; country=T1' }

/** A request of nobody else in the tour. */
const get = (name: string, target: string, headers: Fields, expected: Expected): Case => ({
  name,
  expected,
  run: ({ edge }) => send(edge, { target, headers: { 'sallyport-simulate': 'ip=198.19.0.7', ...headers } }),
})

/** Takes the challenge from a page, changes a character of it, and sends it as if it were solved. */
async function tamper({ edge }: Running): Promise<Reply> {
  const page = await send(edge, { target: '/login', headers: TOR })
  const [, token = ''] = /name="token" value="([^"]+)"/.exec(page.body) ?? []
  const changed = token.slice(0, 30) + (token[30] === 'A' ? 'B' : 'A') + token.slice(31)
  const body = `token=${changed}&solution=0`
  const headers = {
    'user-agent': CHROME,
    'sallyport-simulate': TOR['sallyport-simulate'] ?? '',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
  }
  return send(edge, { method: 'POST', target: '/.sallyport/challenge', headers, body })
}

export const BOT_CASES: readonly Case[] = [
  get('a person in Chrome contradicts nothing', '/whoami', NAVIGATION, {
    status: 200,
    holds: '"none likely-human 0',
    lacks: 'bots.',
  }),
  get(
    'a library that says it is Chrome: logged',
    '/whoami',
    { 'user-agent': CHROME },
    {
      status: 200,
      holds: 'bots.score',
    },
  ),
  get(
    'GPTBot trains models: logged',
    '/whoami',
    { 'user-agent': GPTBOT },
    {
      status: 200,
      holds: 'bots.crawler.ai-train',
    },
  ),
  get(
    'curl says what it is: logged',
    '/whoami',
    { 'user-agent': 'curl/8.5.0' },
    {
      status: 200,
      holds: 'bots.crawler.http-library',
    },
  ),
  get(
    'the name of Googlebot alone verifies nobody',
    '/whoami',
    { 'user-agent': GOOGLEBOT },
    {
      status: 200,
      holds: '- Googlebot"',
      lacks: '"verified',
    },
  ),
  get(
    'robots.txt is open to every crawler',
    '/robots.txt',
    { 'user-agent': GPTBOT },
    {
      status: 200,
      holds: 'Disallow',
    },
  ),
  get('a browser that is challenged gets a page', '/login', TOR, { status: 403, holds: 'sallyport-box' }),
  get('the helper for single-page apps', '/.sallyport/challenge.js', NAVIGATION, {
    status: 200,
    holds: 'sallyportFetch',
  }),
  {
    name: 'a challenge that was made easier',
    expected: { status: 403, rule: 'route.challenge', holds: '"forged"' },
    run: tamper,
  },
]
