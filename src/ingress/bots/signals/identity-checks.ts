/**
 * Signals of who a client says it is.
 * @module
 */
import { MAX_USER_AGENT } from '../../../http/agent-family.ts'
import type { Check, Evidence } from './evidence.ts'

/** Brands that are looked at; Chromium sends three. */
const MAX_BRANDS = 512

export const IDENTITY_CHECKS: readonly Check<Evidence>[] = [
  { id: 'agent-missing', holds: ({ userAgent }) => userAgent.trim() === '' },
  { id: 'agent-long', holds: ({ userAgent }) => userAgent.length > MAX_USER_AGENT },
  {
    id: 'agent-unknown',
    holds: ({ agent, undeclared, userAgent }) =>
      undeclared && agent.engine === 'none' && agent.family !== 'mozilla' && userAgent.trim() !== '',
  },
  {
    id: 'agent-hollow',
    holds: ({ agent, undeclared }) => undeclared && agent.engine === 'none' && agent.family === 'mozilla',
  },
  { id: 'headless', holds: ({ agent }) => agent.family === 'headless-chrome' },
  {
    id: 'headless-disguised',
    holds: ({ agent, facts }) =>
      agent.family !== 'headless-chrome' &&
      (facts.headers.get('sec-ch-ua') ?? '').slice(0, MAX_BRANDS).includes('HeadlessChrome'),
  },
  {
    id: 'declared-as-browser',
    holds: ({ checked, agent }) =>
      checked.declared &&
      checked.agent === undefined &&
      (agent.engine === 'blink' || agent.engine === 'gecko' || agent.engine === 'webkit'),
  },
  {
    id: 'protocol-ancient',
    holds: ({ facts, undeclared }) => undeclared && facts.client.protocol === 'HTTP/1.0',
  },
  { id: 'spoofed', holds: ({ checked }) => checked.verdict?.kind === 'spoofed' },
  { id: 'signature-failed', holds: ({ checked }) => checked.signatureFailed === true },
]
