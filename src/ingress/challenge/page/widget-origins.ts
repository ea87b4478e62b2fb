/**
 * Where the widgets of interactive challenges come from, and what a page that shows one must let in.
 * @module
 */
import type { InteractiveOffer } from '../offer.ts'

export interface WidgetOrigins {
  /** Its script, which calls `sallyportWidget` once it is there. */
  readonly script: string
  /** Sources that scripts, frames, styles and connections of the page may have. */
  readonly sources: readonly string[]
  /** Whether it brings styles and connections of its own into the page. */
  readonly isInPage: boolean
}

/** As both services document it for pages with a policy of their own. */
export const WIDGETS: Readonly<Record<InteractiveOffer['method'], WidgetOrigins>> = {
  turnstile: {
    script: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit&onload=sallyportWidget',
    sources: ['https://challenges.cloudflare.com'],
    isInPage: false,
  },
  hcaptcha: {
    script: 'https://js.hcaptcha.com/1/api.js?render=explicit&onload=sallyportWidget',
    sources: ['https://hcaptcha.com', 'https://*.hcaptcha.com'],
    isInPage: true,
  },
}
