import crawlers from 'crawler-user-agents'
import { list } from 'isbot'
import { describe, expect, test } from 'vitest'
import { openAgents } from '../../../../src/ingress/bots/identity/agent-index.ts'
import { buildAgents } from '../../../../src/policy/bots/catalogue/build-agents.ts'
import { EXCLUSIONS } from '../../../../src/policy/bots/catalogue/exclusions.ts'

const { part } = buildAgents({ own: [], ignore: [] })
const index = openAgents({ buffer: part.buffer, offset: 0, length: part.length })

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.7204.63'
const android = (model: string): string =>
  `Mozilla/5.0 (Linux; Android 13; ${model}) ${CHROME} Mobile Safari/537.36`

/** What people with such a device or program send. */
const PEOPLE: readonly string[] = [
  android('CPH2557 Build/AP3A.240617.008; wv'),
  android('ViewSonic VPAD10'),
  android('Panasonic ELUGA Ray'),
  android('Google TV'),
  android('4K Google TV Stick Build/RTT0.210618.003; wv'),
  android('Discovery SE'),
  android('S60 Discovery Plus'),
  android('Spider 8'),
  android('Superion Radar Deluxe Build/NRD90M'),
  android('Radar Deluxe 2'),
  android('B BOT 550 Build/MRA58K; wv'),
  android('POWER BOT Build/MRA58K'),
  android('CUBOT NOTE 50'),
  android('HTC Butterfly Build/JDQ39'),
  android('Fever_Plus_J'),
  `${android('Global3 B01; wv')} AWP/2.0 SogouMSE,SogouMobileBrowser/5.28.50`,
  `${android('RMX3771')} Viber/22.4.0`,
  `${android('Pixel 10 Pro XL Build/CP1A.260305.018; wv')} MetaIAB Facebook`,
  `${android('Pixel 8 Pro; wv')} [FBAN/EMA;FBLC/de_DE;FBMF/Google;FBBD/google;FBDV/Pixel 8 Pro]`,
  `${android('LGE-AN10; wv')} MMWEBID/7223 MicroMessenger/8.0.21.2120(0x2800153B) Process/toolsmp WeChat/arm64`,
  `${android('RNE-AL00; wv')} MicroMessenger/7.0.1380(0x2700003A) Process/tools NetType/WIFI`,
  `Mozilla/5.0 (Linux; Android 10) ${CHROME} Mobile ProxyFox/11 Safari/537.36`,
  `AGHM_DEV_U_AGENT/${android('NETBOX-Prime; wv')}`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Code/1.115.0 Electron/39.8.5`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Trae/1.107.1 Electron/39.2.7`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Slack/4.4.2 Sonic Slack_SSB/4.4.2`,
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Fluid/2.1 Safari/605.1.15',
  'AndroidDownloadManager/10 (Linux; U; Android 10; TECNO KD7 Build/QP1A.190711.020)',
  'Mozilla/5.0 (Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/77.0.3865.120 Safari/537.36 OMI/4.20.3.54.Catcher2.147 Model/Hisense',
  'dv(iPh10,2);pr(UCBrowser/13.9.8.1767);ov(15_4_1);ss(375x667);bt(UC);pm(0);bv(0);nm(0);im(0);nt(2);',
  'Mozilla/5.0 (Linux mips; U;HbbTV/1.1.1 CE-HTML/1.0; en) AppleWebKit/535.19 QtWebkit/2.2',
  'MozacFetch/49.0.20200702190156',
]

/** What is still found by what stands for an excluded pattern, or by our own table. */
const AUTOMATED: readonly (readonly [userAgent: string, name: string | undefined])[] = [
  [
    'Mozilla/5.0 (compatible; RankSonicSiteAuditor/1.0; +https://ranksonic.com/ranksonic_sab.html)',
    undefined,
  ],
  ['Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)', 'Sogou web spider'],
  ['Viber', 'Viber link preview'],
  [
    'Mozilla/5.0 (compatible; Butterfly/1.0; +http://labs.topsy.com/butterfly/) Gecko/2009032608',
    'Butterfly',
  ],
  ['Fever/1.38 (Feed Parser; http://feedafever.com; Allow like Gecko)', 'Fever'],
  [`Mozilla/5.0 (compatible; Discovery Engine) ${CHROME}`, undefined],
  [`Mozilla/5.0 (Linux; Android 13; Pixel 9) ${CHROME} (compatible; some-spider)`, undefined],
  ['AmzDownload/2.1 downloader', undefined],
]

describe('patterns that hit browsers of people', () => {
  test.each(EXCLUSIONS.map(({ list: name, pattern }) => [name, pattern]))(
    'of %s: %s is in it',
    (name, pattern) => {
      const patterns = name === 'isbot' ? list : crawlers.map((crawler) => crawler.pattern)
      expect(patterns).toContain(pattern)
    },
  )

  test.each(PEOPLE)('%s is not said to be automated', (userAgent) => {
    expect(index.identify(userAgent)).toEqual({ declared: false })
  })

  test.each(AUTOMATED)('%s still is', (userAgent, name) => {
    const { declared, agent } = index.identify(userAgent)
    expect(declared).toBe(true)
    if (name !== undefined) expect(agent?.name).toBe(name)
  })
})
