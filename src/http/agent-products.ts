/**
 * The words of User-Agents that say which browser it is, on what.
 * @module
 */

/** Browsers that carry another one's product too: theirs is looked for first. */
export const BLINK_PRODUCTS: readonly (readonly [product: string, family: string])[] = [
  ['Edg/', 'edge'],
  ['EdgA/', 'edge'],
  ['OPR/', 'opera'],
  ['SamsungBrowser/', 'samsung'],
  ['YaBrowser/', 'yandex'],
  ['Vivaldi/', 'vivaldi'],
  ['UCBrowser/', 'uc'],
  ['MiuiBrowser/', 'miui'],
  ['HuaweiBrowser/', 'huawei'],
  ['QQBrowser/', 'qq'],
  ['Whale/', 'whale'],
  ['DuckDuckGo/', 'duckduckgo'],
  ['HeadlessChrome/', 'headless-chrome'],
]
/** Those of Apple's engine; on iOS every browser has it. */
export const WEBKIT_PRODUCTS: readonly (readonly [product: string, family: string])[] = [
  ['CriOS/', 'chrome'],
  ['FxiOS/', 'firefox'],
  ['EdgiOS/', 'edge'],
  ['OPT/', 'opera'],
  ['OPiOS/', 'opera'],
  ['DuckDuckGo/', 'duckduckgo'],
  ['GSA/', 'google-app'],
]

// One pass each; every alternative is a literal, so no text makes them slow.
export const SYSTEM: RegExp = /Windows|Android|iPhone|iPad|iPod|CrOS|Macintosh|Linux|X11/
// Televisions, sticks, consoles, cars, readers and headsets. `TV` also ends SmartTV, GoogleTV and AppleTV.
export const DEVICE: RegExp =
  /TV\b|Tizen|Web0S|webOS|CrKey|BRAVIA|\bAFT[A-Z]|NetCast|VIDAA|Roku|Xbox|PlayStation|Nintendo|OculusBrowser|Quest|Tesla|QtCarBrowser|KAIOS|Silk\/|Kindle/
// Forks of Gecko from before Sec-Fetch, engines that are no longer made, small ones that have no others' habits, and
// what shows people pages within mail, offices and libraries.
export const OLD_ENGINE: RegExp =
  /Goanna\/|PaleMoon\/|SeaMonkey\/|Trident\/|MSIE |Presto\/|\bEdge\/(?=1)|Konqueror\/|Opera Mini\/|NetSurf\/|Ladybird\/|Thunderbird\/|Zotero\/|ms-office/
