/** Gecko, WebKit, and what is left. */
import {
  chromium,
  gecko,
  HTML,
  IPAD_15,
  IPHONE,
  LANGUAGE,
  LINUX,
  MAC,
  person,
  type RealBrowser,
  WINDOWS,
  webkit,
} from './real-browser.ts'

export const GECKO_BROWSERS: readonly RealBrowser[] = [
  gecko('Firefox, Windows', `${WINDOWS}; rv:150.0`, '20100101 Firefox/150.0'),
  gecko('Firefox, Linux', 'X11; Ubuntu; Linux x86_64; rv:150.0', '20100101 Firefox/150.0'),
  gecko('Firefox, Android', 'Android 15; Mobile; rv:150.0', '150.0 Firefox/150.0'),
  gecko(
    'Firefox ESR 115, the last for Windows 7',
    'Windows NT 6.1; Win64; x64; rv:109.0',
    '20100101 Firefox/115.0',
  ),
  gecko('Firefox ESR 78, before Sec-Fetch', `${WINDOWS}; rv:78.0`, '20100101 Firefox/78.0', {
    'sec-fetch-site': '',
    'sec-fetch-mode': '',
    'sec-fetch-dest': '',
    'sec-fetch-user': '',
  }),
  gecko(
    'Tor Browser',
    `${WINDOWS}; rv:140.0`,
    '20100101 Firefox/140.0',
    { 'accept-language': 'en-US,en;q=0.5' },
    { country: 'T1', asn: 60729 },
  ),
  gecko(
    'Tor Browser by an exit at a hosting company',
    `${WINDOWS}; rv:140.0`,
    '20100101 Firefox/140.0',
    { 'accept-language': 'en-US,en;q=0.5' },
    { country: 'T1', asn: 24940 },
  ),
  gecko('Mullvad Browser over a VPN', `${WINDOWS}; rv:140.0`, '20100101 Firefox/140.0', {}, { asn: 9009 }),
  gecko(
    'Firefox behind a company proxy',
    `${WINDOWS}; rv:150.0`,
    '20100101 Firefox/150.0',
    {},
    { protocol: 'HTTP/1.1', edge: { clientAcceptEncoding: 'gzip, deflate' } },
  ),
  gecko('Servo', 'X11; Linux x86_64; rv:128.0', '20100101 Servo/1.0.0 Firefox/128.0'),
  person('Pale Moon', {
    'user-agent': `Mozilla/5.0 (${WINDOWS}; rv:128.0) Gecko/20100101 Goanna/6.8 Firefox/128.0 PaleMoon/33.8.0`,
    accept: HTML,
    ...LANGUAGE,
  }),
  person('SeaMonkey', {
    'user-agent': `Mozilla/5.0 (${WINDOWS}; rv:128.0) Gecko/20100101 Firefox/128.0 SeaMonkey/2.53.21`,
    accept: HTML,
    ...LANGUAGE,
  }),
]

export const WEBKIT_BROWSERS: readonly RealBrowser[] = [
  webkit('Safari, Mac', MAC, 'Version/18.5 Safari/605.1.15'),
  webkit('Safari, iPhone', IPHONE, 'Version/18.5 Mobile/15E148 Safari/604.1'),
  webkit(
    'Safari 26, whose system is frozen',
    'iPhone; CPU iPhone OS 18_6 like Mac OS X',
    'Version/26.0 Mobile/15E148 Safari/604.1',
  ),
  webkit('Safari, iPad, which says Macintosh', MAC, 'Version/17.6 Safari/605.1.15'),
  webkit('Safari 15, before Sec-Fetch', IPAD_15, 'Version/15.6.6 Mobile/15E148 Safari/604.1', { old: true }),
  webkit(
    'Safari 12 on an old iPad',
    'iPad; CPU OS 12_5_7 like Mac OS X',
    'Version/12.1.2 Mobile/15E148 Safari/604.1',
    { old: true },
  ),
  webkit('Chrome, iPhone', IPHONE, 'CriOS/138.0.7204.53 Mobile/15E148 Safari/604.1'),
  webkit('Chrome, iPad, desktop site', MAC, 'CriOS/138 Version/11.1.1 Safari/605.1.15'),
  webkit('Firefox, iPhone', IPHONE, 'FxiOS/140.0 Mobile/15E148 Safari/605.1.15'),
  webkit('Edge, iPhone', IPHONE, 'EdgiOS/138.0.3351.65 Version/18.0 Mobile/15E148 Safari/604.1'),
  webkit('Opera, iPhone', IPHONE, 'Version/18.5 Mobile/15E148 Safari/604.1 OPT/5.6.1'),
  webkit('DuckDuckGo, iPhone', IPHONE, 'Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15'),
  webkit('DuckDuckGo, Mac', MAC, 'Version/18.5 Safari/605.1.15 Ddg/18.5'),
  webkit('GNOME Web', LINUX, 'Version/18.0 Safari/605.1.15'),
  person(
    'Kobo',
    {
      'user-agent':
        'Mozilla/5.0 (Linux; U; Android 2.0; en-us;) AppleWebKit/538.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/538.1 (Kobo Touch 0376/4.38.21908)',
      accept: HTML,
      'accept-language': 'en-US,*',
    },
    { protocol: 'HTTP/1.1', tls: 'TLSv1.2', edge: { clientAcceptEncoding: 'gzip, deflate' } },
  ),
  person(
    'Kindle',
    {
      'user-agent':
        'Mozilla/5.0 (X11; U; Linux armv7l like Android; en-us) AppleWebKit/531.2+ (KHTML, like Gecko) Version/5.0 Safari/533.2+ Kindle/3.0+',
      accept: HTML,
      ...LANGUAGE,
    },
    { protocol: 'HTTP/1.1' },
  ),
]

export const OTHER_BROWSERS: readonly RealBrowser[] = [
  chromium('a television with Tizen', {
    system: 'SMART-TV; LINUX; Tizen 7.0',
    products: 'Version/7.0 94.0.4606.31/7.0 TV Safari/537.36',
  }),
  chromium('a television with webOS', {
    system: 'Web0S; Linux/SmartTV',
    products: 'Chrome/108.0.5359.211 Safari/537.36 WebAppManager',
  }),
  chromium('a headset of Meta', {
    system: 'X11; Linux x86_64; Quest 3',
    products: 'OculusBrowser/38.2 Chrome/136.0.7103.177 VR Safari/537.36',
  }),
  chromium('a Tesla', {
    system: 'X11; GNU/Linux',
    products: 'Chromium/109.0.5414.119 Chrome/109.0.5414.119 Safari/537.36 Tesla/2025.20',
  }),
  person(
    'Opera Mini',
    {
      'user-agent': 'Opera/9.80 (Android; Opera Mini/88.0.2254/191.318; U; en) Presto/2.12.423 Version/12.16',
      accept: HTML,
      ...LANGUAGE,
    },
    { protocol: 'HTTP/1.1' },
  ),
  person(
    'Internet Explorer 11',
    {
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
      accept: 'text/html, application/xhtml+xml, image/jxr, */*',
      ...LANGUAGE,
    },
    { protocol: 'HTTP/2' },
  ),
  person('NetSurf', {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) NetSurf/3.11',
    accept: '*/*',
    ...LANGUAGE,
  }),
  person('Ladybird', { 'user-agent': 'Mozilla/5.0 (Linux; x86_64) Ladybird/1.0', accept: HTML, ...LANGUAGE }),
  person('Thunderbird, a picture in a message', {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0',
    accept: 'image/avif,image/webp,*/*',
    ...LANGUAGE,
  }),
  person('Zotero', {
    'user-agent': `Mozilla/5.0 (${MAC.replaceAll('_', '.')}; rv:115.0) Gecko/20100101 Zotero/7.0`,
    accept: '*/*',
    ...LANGUAGE,
  }),
  person('Word, a link', { 'user-agent': 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)', accept: '*/*' }),
  person('Lynx', {
    'user-agent': 'Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.8.3',
    accept: 'text/html, text/plain, */*;q=0.01',
    'accept-language': 'en',
  }),
  person('w3m', {
    'user-agent': 'w3m/0.5.3+git20230121',
    accept: 'text/html, text/*;q=0.5',
    'accept-language': 'en;q=1.0',
  }),
]
