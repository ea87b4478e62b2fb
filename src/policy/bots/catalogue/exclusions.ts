/**
 * Patterns of the published lists that are known to hit browsers of people, and what stands for them.
 * @module
 */

export interface Exclusion {
  readonly list: 'isbot' | 'crawler-user-agents'
  /** As it is in the list; a pattern that is no longer there is a problem of the catalogue. */
  readonly pattern: string
  /** What is looked for instead; absent: nothing. */
  readonly instead?: string
  /** Who is hit. */
  readonly reason: string
}

/** Tested in `test/policy/bots/catalogue/exclusions.test.ts` with what such people send. */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    list: 'crawler-user-agents',
    pattern: 'AP3A\\.240617\\.008',
    reason: 'A build of Android 15 that millions of phones name, not a crawler.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'MetaIAB Facebook',
    reason: 'The browser within the apps of Facebook (IAB: in-app browser), with a person before it.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Code\\/1\\.',
    reason: 'The browser within Visual Studio Code, with a person before it.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Trae\\/',
    reason: 'The browser within the Trae editor; its agent is in our own table.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Fluid',
    reason: 'A browser for single sites on macOS.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Sogou',
    reason: 'SogouMobileBrowser is a browser; the spiders of Sogou are in our own table.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Sonic',
    instead: 'RankSonic|; Sonic\\/',
    reason:
      'ViewSonic makes tablets and televisions, Panasonic telephones, and Slack has a build of that name.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Viber',
    reason: 'The browser within Viber; previews say nothing but the name and are in our own table.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Butterfly',
    instead: 'Butterfly\\/',
    reason: 'Telephones of HTC.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Fever',
    instead: 'Fever\\/',
    reason: 'Telephones of the name Fever.',
  },
  {
    list: 'crawler-user-agents',
    pattern: '008\\/',
    instead: '\\b008\\/',
    reason: 'Models whose number ends so.',
  },
  {
    list: 'crawler-user-agents',
    pattern: 'Fetch\\/',
    instead: '(?<!Mozac)Fetch\\/',
    reason: 'The part of Firefox for Android that downloads what a person asks for.',
  },
  {
    list: 'isbot',
    pattern: '(?<! channel/|google/)google(?!(?:wv|app|/google| pixel))',
    instead: '(?<! channel/|google/|fb[a-z]{2}/)google(?!(?:wv|app|/google| pixel| ?tv| ?fiber))',
    reason: 'Televisions and set-top boxes with Google TV, and the maker of a phone within apps of Facebook.',
  },
  {
    list: 'isbot',
    pattern: 'discovery',
    instead: 'discovery(?<!android [\\d.]{1,8}; [\\w ]{0,12}discovery)',
    reason: 'Telephones of the name Discovery by several makers.',
  },
  {
    list: 'isbot',
    pattern: 'spider',
    instead: '(?<!android [\\d.]{1,8}; )spider',
    reason: 'A telephone of the name Spider.',
  },
  {
    list: 'isbot',
    pattern: 'radar',
    instead: 'radar(?<!android [\\d.]{1,8}; [\\w ]{0,12}radar)',
    reason: 'Telephones of the name Radar.',
  },
  {
    list: 'isbot',
    pattern: '(?<! cu)bots?(?:\\b|_)',
    instead: '(?<! cu|android [\\d.]{1,8}; \\w{1,5} )bots?(?:\\b|_)',
    reason: 'The telephones B BOT, M BOT, VR BOT and POWER BOT.',
  },
  {
    list: 'isbot',
    pattern: 'tools',
    instead: '(?<!process/)tools',
    reason: 'The browser within WeChat says Process/tools.',
  },
  {
    list: 'isbot',
    pattern: 'sogou',
    instead: 'sogou(?!mse|mobilebrowser|search)',
    reason: 'SogouMobileBrowser is a browser.',
  },
  {
    list: 'isbot',
    pattern: 'proxy',
    instead: 'proxy(?!fox|less)',
    reason: 'ProxyFox is a browser, and a palmtop says Proxyless.',
  },
  {
    list: 'isbot',
    pattern: 'agent\\b',
    instead: '(?<!_u_)agent\\b',
    reason: 'A set-top box puts DEV_U_AGENT before its User-Agent.',
  },
  {
    list: 'isbot',
    pattern: 'catch',
    instead: '(?<!\\.)catch',
    reason: 'Televisions with Opera say OMI/4.9.Catcher.',
  },
  {
    list: 'isbot',
    pattern: 'download',
    instead: '(?<!android)download',
    reason: 'AndroidDownloadManager downloads what a person has chosen in a browser.',
  },
  {
    list: 'isbot',
    pattern: '\\b\\w+/1\\.0;',
    instead: '\\b(?!html/|bada/|s\\d{4}/)\\w+/1\\.0;',
    reason: 'Televisions with CE-HTML/1.0 and telephones with bada/1.0.',
  },
  {
    list: 'isbot',
    pattern: '^[^ ]{50,}$',
    instead: '^(?!dv\\()[^ ]{50,}$',
    reason: 'UC Browser Mini sends its device in a form of its own.',
  },
  {
    list: 'isbot',
    pattern: '^[\\w \\.\\-\\(?:\\):%]+(?:/v?\\d+(?:\\.\\d+)?(?:\\.\\d{1,10})*?)?(?:,|$)',
    instead: '^(?!dv\\()[\\w \\.\\-\\(?:\\):%]+(?:/v?\\d+(?:\\.\\d+)?(?:\\.\\d{1,10})*?)?(?:,|$)',
    reason: 'UC Browser Mini sends its device in a form of its own.',
  },
]
