import { expect, test } from 'vitest'
import { BODY_RULES, type BodyFault, decideFault } from '../../../src/http/body-guard/body-rules.ts'

test('every fault says what it is and how to let it pass, and ends the connection', () => {
  for (const fault of Object.keys(BODY_RULES) as BodyFault[]) {
    const decision = decideFault(fault, 'enforce')
    expect(decision).toMatchObject({ rule: `body.${fault}`, stage: 'body', action: 'block', close: true })
    expect(decision.reason).toMatch(/^[A-Z].*\.$/)
    expect(decision.fix).toMatch(/^[A-Z].*\.$/)
  }
})
