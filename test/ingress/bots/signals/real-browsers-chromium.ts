/** Chrome, Edge and Brave. */
import { CHROME, chromium, LINUX, MAC, PHONE, type RealBrowser, WINDOWS } from './real-browser.ts'

export const CHROMIUM_BROWSERS: readonly RealBrowser[] = [
  chromium('Chrome, Windows', { system: WINDOWS, products: CHROME, version: 138 }),
  chromium('Chrome, Mac', { system: MAC, products: CHROME, version: 138, platform: 'macOS' }),
  chromium('Chrome, Linux', { system: LINUX, products: CHROME, version: 138, platform: 'Linux' }),
  chromium('Chrome, Chromebook', {
    system: 'X11; CrOS x86_64 14541.0.0',
    products: CHROME,
    version: 138,
    platform: 'Chrome OS',
  }),
  chromium('Chrome, Android', { ...PHONE, products: 'Chrome/138.0.0.0 Mobile Safari/537.36', version: 138 }),
  chromium('Chrome, Android tablet', { ...PHONE, products: CHROME, version: 138, mobile: false }),
  chromium('Chrome, Android, desktop site', {
    system: LINUX,
    products: CHROME,
    version: 138,
    platform: 'Linux',
  }),
  chromium('Chrome, Android, desktop site that says Android', {
    system: LINUX,
    products: CHROME,
    version: 138,
    platform: 'Android',
  }),
  chromium('Chrome 109, the last for Windows 7', {
    system: 'Windows NT 6.1; Win64; x64',
    products: 'Chrome/109.0.0.0 Safari/537.36',
    version: 109,
  }),
  chromium(
    'Chrome 79, before Sec-Fetch-Dest and hints',
    { system: WINDOWS, products: 'Chrome/79.0.3945.130 Safari/537.36' },
    { 'sec-fetch-dest': '' },
  ),
  chromium('Chrome in a company that has switched the reduction off', {
    system: WINDOWS,
    products: 'Chrome/138.0.7204.101 Safari/537.36',
    version: 138,
  }),
  chromium(
    'Chrome behind a virus scanner',
    { system: WINDOWS, products: CHROME, version: 138 },
    {},
    { protocol: 'HTTP/1.1', tls: 'TLSv1.2', edge: { clientAcceptEncoding: 'gzip, deflate' } },
  ),
  chromium(
    'Chrome over a VPN at a hosting company',
    { system: WINDOWS, products: CHROME, version: 138 },
    {},
    { asn: 9009 },
  ),
  chromium(
    'Chrome with data saving and Global Privacy Control',
    { ...PHONE, products: 'Chrome/138.0.0.0 Mobile Safari/537.36', version: 138 },
    { 'save-data': 'on', 'sec-gpc': '1', dnt: '1' },
  ),
  chromium('Edge, Windows', {
    system: WINDOWS,
    products: `${CHROME} Edg/138.0.0.0`,
    version: 138,
    brand: 'Microsoft Edge',
  }),
  chromium('Edge, Android', {
    ...PHONE,
    products: 'Chrome/138.0.0.0 Mobile Safari/537.36 EdgA/138.0.0.0',
    version: 138,
    brand: 'Microsoft Edge',
  }),
  chromium('Edge within Teams (WebView2)', {
    system: WINDOWS,
    products: `${CHROME} Edg/138.0.0.0 Teams/25.1`,
    version: 138,
    brand: 'Microsoft Edge WebView2',
  }),
  chromium(
    'Brave',
    { system: WINDOWS, products: CHROME, version: 138, brand: 'Brave' },
    { 'sec-gpc': '1', 'accept-language': 'en-GB,en;q=0.7' },
  ),
  chromium(
    'Brave, Android',
    { ...PHONE, products: 'Chrome/138.0.0.0 Mobile Safari/537.36', version: 138, brand: 'Brave' },
    { 'sec-gpc': '1' },
  ),
]
