/**
 * Which rung of the ladder a decision asks for.
 * @module
 */
import type { ChallengeKind, Decision } from '../../http/decision.ts'
import type { ChallengeLevel } from './offer.ts'

/** Cloudflare's names: something that JavaScript does unseen, whatever suits the client, a question to a person. */
const LEVELS: Readonly<Record<ChallengeKind, ChallengeLevel>> = {
  managed_challenge: 1,
  js_challenge: 2,
  challenge: 3,
}

/** The decision's own level, else that of its kind; the middle one where it says neither. */
export function levelOf({ level, challenge }: Pick<Decision, 'level' | 'challenge'>): ChallengeLevel {
  return level ?? (challenge === undefined ? 2 : levelOfKind(challenge))
}

export function levelOfKind(kind: ChallengeKind): ChallengeLevel {
  return LEVELS[kind]
}
