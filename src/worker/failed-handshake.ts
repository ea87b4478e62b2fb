/**
 * A WebSocket handshake that ends as an ordinary page.
 *
 * Handshakes have few of the fields that contradict a browser, so nobody is judged by those that are missing. Whoever
 * asks for a page as if it were a WebSocket would get around the score with that. No WebSocket client can do anything
 * with an answer but 101 (RFC 6455 section 4.1), so nobody loses one.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { Passage } from './passage.ts'

const NOT_UPGRADED: Decision = {
  action: 'block',
  stage: 'bots',
  rule: 'bots.not-upgraded',
  reason: 'The request asked for a WebSocket, and there is none here.',
  fix: 'Leave out `Upgrade: websocket` to get the page, or set mode in rules/bots.yaml to log.',
  mode: 'enforce',
  status: 403,
}

/** The refusal of an answer that is content, for a client that has neither proved who it is nor solved a challenge. */
export function refuseHandshake(
  { status }: Pick<Response, 'status'>,
  { runtime, facts, outcome, started }: Pick<Passage, 'runtime' | 'facts' | 'outcome' | 'started'>,
): Decision | undefined {
  if (status < 200 || status > 299 || facts.headers.get('upgrade')?.toLowerCase() !== 'websocket')
    return undefined
  const { bots, challenge } = runtime.stages
  if (bots?.stage.isEnforced !== true || outcome.bot?.verdict?.kind === 'verified') return undefined
  return challenge.clearanceOf(facts, started) === undefined ? NOT_UPGRADED : undefined
}
