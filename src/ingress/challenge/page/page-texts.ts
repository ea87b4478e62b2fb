/**
 * What our pages say, in one language.
 * @module
 */

export interface PageTexts {
  /** BCP 47 tag, for `lang`. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly title: string
  readonly lead: string
  /** Name of the progress bar, for those who do not see it. */
  readonly progress: string
  readonly working: string
  readonly done: string
  readonly failed: string
  readonly retry: string
  readonly cookies: string
  /** With `{seconds}`. */
  readonly wait: string
  readonly go: string
  readonly script: string
  readonly kept: string
  readonly lost: string
  readonly widget: string
  readonly request: string
  readonly almost: string
  readonly resend: string
  readonly send: string
  readonly cleared: string
  readonly home: string
}
