/** Browsers of people, of kinds that generators of header sets lack. */
import type { RealBrowser } from './real-browser.ts'
import { APPS } from './real-browsers-apps.ts'
import { CHROMIUM_BROWSERS } from './real-browsers-chromium.ts'
import { GECKO_BROWSERS, OTHER_BROWSERS, WEBKIT_BROWSERS } from './real-browsers-others.ts'
import { CHROMIUM_RELATIVES } from './real-browsers-relatives.ts'

/** Fields that are empty there are left out by the browser. */
export const REAL_BROWSERS: readonly RealBrowser[] = [
  ...CHROMIUM_BROWSERS,
  ...CHROMIUM_RELATIVES,
  ...APPS,
  ...GECKO_BROWSERS,
  ...WEBKIT_BROWSERS,
  ...OTHER_BROWSERS,
].map(({ name, change }) => ({
  name,
  change: { ...change, headers: change.headers?.filter(([, value]) => value !== '') ?? [] },
}))
