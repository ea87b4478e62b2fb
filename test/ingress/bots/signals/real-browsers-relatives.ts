/** Others with the engine of Chromium. */
import { CHROME, chromium, LINUX, MAC, PHONE, type RealBrowser, WINDOWS } from './real-browser.ts'

export const CHROMIUM_RELATIVES: readonly RealBrowser[] = [
  chromium('Vivaldi', { system: LINUX, products: CHROME, version: 138, brand: 'Vivaldi', platform: 'Linux' }),
  chromium('Opera', { system: WINDOWS, products: `${CHROME} OPR/122.0.0.0`, version: 138, brand: 'Opera' }),
  chromium('Opera GX', {
    system: WINDOWS,
    products: `${CHROME} OPR/122.0.0.0 (Edition GX)`,
    version: 138,
    brand: 'Opera GX',
  }),
  chromium('Opera, Android', {
    ...PHONE,
    products: 'Chrome/135.0.0.0 Mobile Safari/537.36 OPR/90.0.0.0',
    version: 135,
    brand: 'Opera',
  }),
  chromium('Yandex Browser', {
    system: WINDOWS,
    products: 'Chrome/136.0.0.0 YaBrowser/25.6.0.0 Safari/537.36',
    version: 136,
    brand: 'YaBrowser',
  }),
  chromium('Whale', {
    system: WINDOWS,
    products: 'Chrome/134.0.0.0 Whale/4.32.315.22 Safari/537.36',
    version: 134,
    brand: 'Whale',
  }),
  chromium('Samsung Internet', {
    ...PHONE,
    products: 'SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    version: 130,
    brand: 'Samsung Internet',
  }),
  chromium('Samsung Internet, desktop site', {
    system: LINUX,
    products: 'SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36',
    version: 130,
    brand: 'Samsung Internet',
    platform: 'Linux',
  }),
  chromium('Huawei Browser without hints', {
    system: 'Linux; Android 12; HarmonyOS; NOH-AN00; HMSCore 6.14',
    products: 'Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36',
  }),
  chromium('HarmonyOS NEXT', {
    system: 'Phone; OpenHarmony 5.0',
    products: 'Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300',
    version: 114,
    mobile: true,
    platform: 'OpenHarmony',
    brand: 'HuaweiBrowser',
  }),
  chromium('Silk on a Fire tablet', {
    system: 'Linux; Android 11; KFTRWI',
    products: 'Silk/130.3 like Chrome/130.0.0.0 Safari/537.36',
  }),
  chromium('QQ Browser', {
    system: WINDOWS,
    products: 'Chrome/123.0.0.0 Safari/537.36 QQBrowser/19.2',
    version: 123,
    brand: 'QQBrowser',
  }),
  chromium('360 Secure Browser', {
    system: WINDOWS,
    products: 'Chrome/122.0.6261.95 Safari/537.36',
    version: 122,
  }),
  chromium('Cromite, which sends no hints', { ...PHONE, products: 'Chrome/138.0.0.0 Mobile Safari/537.36' }),
  chromium('qutebrowser (QtWebEngine)', {
    system: LINUX,
    products: 'QtWebEngine/6.8.3 Chrome/122.0.0.0 Safari/537.36',
  }),
  chromium('Steam, over a game', {
    system: 'Windows; U; Windows NT 10.0; en-US; Valve Steam GameOverlay/1751405894',
    products: 'Chrome/126.0.6478.183 Safari/537.36',
  }),
  chromium('Electron (Slack)', {
    system: MAC,
    products: 'Slack/4.44.65 Chrome/136.0.7103.113 Electron/36.2.1 Safari/537.36',
  }),
  chromium('DuckDuckGo, Windows', {
    system: WINDOWS,
    products: `${CHROME} Edg/138.0.0.0 Ddg/138.0.0.0`,
    version: 138,
    brand: 'Microsoft Edge WebView2',
  }),
  chromium(
    'a frame of another site',
    { system: WINDOWS, products: CHROME, version: 138 },
    { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site', referer: 'https://other.example/' },
  ),
  chromium(
    'a page that was prefetched',
    { system: WINDOWS, products: CHROME, version: 138 },
    { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch' },
  ),
]
