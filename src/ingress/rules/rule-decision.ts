/**
 * What a rule decides when it matches. Made once per rule; only a redirect's location is the request's own.
 * @module
 */
import type { Phase, RuleAction, RuleModel } from '../../bundle/model.ts'
import type { Decision, Mode } from '../../http/decision.ts'

const REASONS: Readonly<Record<RuleAction['kind'], string>> = {
  block: 'A rule of this site refuses the request.',
  js_challenge: 'A rule of this site asks the client to solve a challenge first.',
  managed_challenge: 'A rule of this site asks the client to solve a challenge first.',
  challenge: 'A rule of this site asks the client to solve a challenge first.',
  redirect: 'A rule of this site redirects the request.',
  log: 'A rule of this site notes the request.',
  skip: 'A rule of this site leaves out later checks.',
  rewrite: 'A rule of this site edits header fields.',
}

/** Where a rule of each phase is written. */
const FILES: Readonly<Record<Phase, string>> = {
  http_request_dynamic_redirect: 'redirects.yaml',
  http_request_firewall_custom: 'custom.yaml',
  http_request_late_transform: 'transforms.yaml',
  http_response_headers_transform: 'transforms.yaml',
}

/** The status of a challenge's answer: no HTTP cache keeps it, and clients that are no browsers see a refusal. */
const CHALLENGED = 403

/** @param mode The rule's mode, capped by its stage's. */
export function createRuleDecision({ id, action, phase }: RuleModel, mode: Exclude<Mode, 'off'>): Decision {
  const common = {
    stage: 'rules',
    rule: `rules.${id}`,
    reason: REASONS[action.kind],
    fix: `Change the expression of rule ${id} in rules/${FILES[phase]}, or set its mode to log.`,
    mode,
  } as const
  switch (action.kind) {
    case 'block':
      return Object.freeze({ ...common, action: 'block', status: action.status })
    case 'redirect':
      return Object.freeze({ ...common, action: 'redirect', status: action.status })
    case 'log':
      // It never does more than log, whatever its mode.
      return Object.freeze({ ...common, action: 'log', status: 0, mode: 'log' })
    case 'skip':
    case 'rewrite':
      return Object.freeze({ ...common, action: action.kind, status: 0 })
    default:
      return Object.freeze({ ...common, action: 'challenge', status: CHALLENGED, challenge: action.kind })
  }
}
