/**
 * The services that tell persons from programs, as far as challenges ask them.
 * @module
 */

export type ProviderKind = 'turnstile' | 'hcaptcha'

export interface ProviderQuestion {
  /** What the widget gave. */
  readonly response: string
  /** Of the challenge that the widget was opened for. */
  readonly token: string
  readonly sitekey: string
  /** Name of the site. */
  readonly host: string
}

export interface Provider {
  /** Whether it did not answer a short while ago. */
  isDown(now: number): boolean
  /** `down`: it could not be asked. Never rejects. */
  check(question: ProviderQuestion, now: number): Promise<'passed' | 'refused' | 'down'>
}

/** `undefined`: no secret of that service is there, so nothing can be asked. */
export type Providers = (kind: ProviderKind) => Provider | undefined
