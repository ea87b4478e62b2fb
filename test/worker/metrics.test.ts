import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createChallengeStats } from '../../src/ingress/challenge/challenge-stats.ts'
import type { DeliveryReport } from '../../src/worker/delivery-report.ts'
import { formatMetrics } from '../../src/worker/metrics.ts'

const limits = {
  calls: 1,
  reports: 10,
  errors: 2,
  timeouts: 3,
  skipped: 4,
  waited: 11,
  blockedLocally: 5,
  local: 12,
  evicted: 13,
  faults: 14,
}
const challenge = {
  issued: 20,
  solved: 21,
  unknown: 22,
  failed: createChallengeStats().failed,
}
const watch = { exchanges: 15, errors: 16 }
const rules = { faults: 6, unusable: 7, cuts: 8 }
const report: DeliveryReport = { state: 'live', source: 'kv', serial: 3, version: 'a', kill: [] }

test('sums are in the Prometheus text format', () => {
  const text = formatMetrics(
    {
      ...report,
      reads: 9,
      refusals: { 'bad-signature': 2 },
      shadow: { candidate: 'b', evaluated: 7, disagreed: 1, failed: 0, disagreements: { 'pass -> x': 1 } },
    },
    {
      limits,
      rules,
      watch,
      challenge,
      lists: [
        { id: 'bingbot', count: 28, age: 60 },
        { id: 'meta', count: 0 },
      ],
    },
  )
  expect(text.split('\n')).toEqual([
    '# TYPE sallyport_policy_info gauge',
    'sallyport_policy_info{version="a",source="kv"} 1',
    '# TYPE sallyport_policy_serial gauge',
    'sallyport_policy_serial 3',
    '# TYPE sallyport_policy_store_reads_total counter',
    'sallyport_policy_store_reads_total 9',
    '# TYPE sallyport_policy_refusals_total counter',
    'sallyport_policy_refusals_total{reason="bad-signature"} 2',
    '# TYPE sallyport_limits_total counter',
    'sallyport_limits_total{event="calls"} 1',
    'sallyport_limits_total{event="reports"} 10',
    'sallyport_limits_total{event="errors"} 2',
    'sallyport_limits_total{event="timeouts"} 3',
    'sallyport_limits_total{event="skipped"} 4',
    'sallyport_limits_total{event="waited"} 11',
    'sallyport_limits_total{event="blockedLocally"} 5',
    'sallyport_limits_total{event="local"} 12',
    'sallyport_limits_total{event="evicted"} 13',
    'sallyport_limits_total{event="faults"} 14',
    '# TYPE sallyport_watch_total counter',
    'sallyport_watch_total{event="exchanges"} 15',
    'sallyport_watch_total{event="errors"} 16',
    '# TYPE sallyport_bots_list_age_seconds gauge',
    'sallyport_bots_list_age_seconds{list="bingbot"} 60',
    '# TYPE sallyport_challenges_total counter',
    'sallyport_challenges_total{event="issued"} 20',
    'sallyport_challenges_total{event="solved"} 21',
    'sallyport_challenges_total{event="unknown"} 22',
    ...Object.keys(challenge.failed).map((why) => `sallyport_challenges_total{event="${why}"} 0`),
    '# TYPE sallyport_rules_total counter',
    'sallyport_rules_total{event="faults"} 6',
    'sallyport_rules_total{event="unusable"} 7',
    'sallyport_rules_total{event="cuts"} 8',
    '# TYPE sallyport_shadow_evaluated_total counter',
    'sallyport_shadow_evaluated_total 7',
    '# TYPE sallyport_shadow_disagreements_total counter',
    'sallyport_shadow_disagreements_total{pair="pass -> x"} 1',
    '',
  ])
})

test('no label can end its line or its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '}') }), (version) => {
      const [, line = ''] = formatMetrics({ ...report, version }, { limits, rules, watch }).split('\n')
      expect(line).toMatch(/^sallyport_policy_info\{version="(?:[^"\\\n]|\\[\\"n])*",source="kv"\} 1$/)
    }),
  )
})
