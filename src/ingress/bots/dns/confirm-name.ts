/**
 * Forward-confirmed reverse DNS: an address has a name below an operator's domain, and that same name has the address.
 *
 * Anybody can give an own address any name, and any name an own address; nobody but the operator can do both for one
 * name below the operator's domain. So the name that is resolved must be the one that matched: a verifier that takes
 * any of an address's names for the way back is passed with two PTR records.
 * @module
 */
import { type Address, formatAddress, parseAddress } from '../../../net/address.ts'
import type { AskDns, DnsAnswer } from './dns-answer.ts'
import { canonicalName, isBelow, reverseName } from './dns-name.ts'

/** `unknown`: the resolver did not say; neither a proof nor a refutation. */
export type Confirmation = 'confirmed' | 'refuted' | 'unknown'

/** Names of an address that are resolved. */
const MAX_NAMES = 3

/** Compared as numbers: an address has many texts, and an IPv4-mapped one is the IPv4 address. */
function isSame(text: string, address: Address): boolean {
  const other = parseAddress(text)
  return other !== undefined && formatAddress(other) === formatAddress(address)
}

async function askSafely(ask: AskDns, ...question: Parameters<AskDns>): Promise<DnsAnswer> {
  try {
    return await ask(...question)
  } catch {
    return { kind: 'failed', why: 'unreachable' }
  }
}

/**
 * Four questions at most. Never rejects.
 * @param suffixes With the leading dot.
 */
export async function confirmName(
  address: Address,
  suffixes: readonly string[],
  ask: AskDns,
): Promise<Confirmation> {
  const reverse = await askSafely(ask, reverseName(address), 'PTR')
  if (reverse.kind === 'failed') return 'unknown'
  const names = new Set<string>()
  for (const text of reverse.data) {
    const name = canonicalName(text)
    if (name !== undefined && isBelow(name, suffixes) && names.size < MAX_NAMES) names.add(name)
  }
  const type = address.version === 4 ? 'A' : 'AAAA'
  const answers = await Promise.all([...names].map((name) => askSafely(ask, name, type)))
  const isConfirmed = answers.some(
    (answer) => answer.kind === 'found' && answer.data.some((text) => isSame(text, address)),
  )
  if (isConfirmed) return 'confirmed'
  return answers.some(({ kind }) => kind === 'failed') ? 'unknown' : 'refuted'
}
