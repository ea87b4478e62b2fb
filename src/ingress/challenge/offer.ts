/**
 * The rungs of the challenge ladder and what a client is offered to climb one.
 * @module
 */

/** `none` is 0 and `deny` 4; only these three can be climbed. A higher one satisfies the lower. */
export type ChallengeLevel = 1 | 2 | 3

/** Puzzles of a proof of work: with so many, hardly anybody has bad luck (p99/p50 1.7 instead of 6.6 with one). */
export const PUZZLES = 16

/** Level 1: come again after a while, with no script. */
export interface WaitOffer {
  readonly method: 'wait'
  readonly token: string
  readonly seconds: number
}

/**
 * Level 2: for each i below `PUZZLES` a whole number n such that SHA-256 of `<token>:<i>:<n>` (decimal, ASCII) starts
 * with `bits` zero bits. The solution is the 16 numbers joined with `.`.
 */
export interface ProofOffer {
  readonly method: 'proof'
  readonly token: string
  readonly bits: number
}

/**
 * Level 3: what the widget of a service says of the person before it. A Turnstile widget is opened with `action` set
 * to `WIDGET_ACTION` and `cData` to the token, which ties its answer to this challenge.
 */
export interface InteractiveOffer {
  readonly method: 'turnstile' | 'hcaptcha'
  readonly token: string
  readonly sitekey: string
}

export type Offer = WaitOffer | ProofOffer | InteractiveOffer

/**
 * Where solutions are sent, as `application/x-www-form-urlencoded`: by a script with `fetch`, or by a form as a
 * navigation.
 */
export const CHALLENGE_PATH = '/.sallyport/challenge'

/**
 * Names of the form's fields. `solution`: the 16 numbers. `response`: what a widget gave. `return`: the path that
 * was issued. `body`: the content of a challenged POST as it came, which only a form without script sends along:
 * it is given back in the page that sends it again.
 */
export const SOLUTION_FIELDS = {
  token: 'token',
  solution: 'solution',
  response: 'response',
  returnTo: 'return',
  body: 'body',
} as const

/** The widget's `action` (Turnstile), which the service repeats. */
export const WIDGET_ACTION = 'sallyport'

/** What a challenged client gets. Every offer satisfies what is required. */
export interface IssuedChallenge {
  readonly level: ChallengeLevel
  /** At least one; the one that a browser with JavaScript takes comes first. Tokens are URL-safe ASCII. */
  readonly offers: readonly [Offer, ...Offer[]]
  /** Where the client goes once it is cleared: a path of this site with its query. */
  readonly returnTo: string
}
