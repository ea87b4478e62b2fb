/**
 * The token of the operator API.
 * @module
 */
import { MIN_TOKEN } from './operator-problems.ts'

/** Longer fields are no tokens of ours. */
const MAX_FIELD = 1024

/** Whether there is a token that can be used. */
export function isUsable(token: string | undefined): token is string {
  return token !== undefined && token.length >= MIN_TOKEN
}

/**
 * Compares the digests of both, and all of them: how long it takes says nothing of where a guess goes wrong.
 * @param field The Authorization field (RFC 6750 section 2.1).
 */
export async function isBearerOf(field: string | undefined, token: string): Promise<boolean> {
  const [, given = ''] = /^Bearer +([^ ]+) *$/i.exec((field ?? '').slice(0, MAX_FIELD)) ?? []
  const [a, b] = await Promise.all([digest(given), digest(token)])
  let difference = 0
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0)
  return difference === 0
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
