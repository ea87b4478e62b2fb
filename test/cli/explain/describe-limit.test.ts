import { expect, test } from 'vitest'
import type { LimitModel } from '../../../src/bundle/model.ts'
import { describeLimit } from '../../../src/cli/explain/describe-limit.ts'
import { createLimit } from '../../ingress/limits/request.ts'
import { parseTest, parseText } from '../../ingress/rules/rule-models.ts'

const PLAIN: Partial<LimitModel> = { period: 10, requests_per_period: 100, mitigation_timeout: 30 }
const counting = (readsResponse: boolean) => ({ counting: { filter: parseTest('ssl'), readsResponse } })
const node = parseText('lower(http.host)', 'http_ratelimit')

test.each<[Partial<LimitModel>, string]>([
  [{}, 'counts it: 100 per 10 s by ip.src, then refused for 30 s'],
  [{ mitigation_timeout: 0 }, 'counts it: 100 per 10 s by ip.src'],
  [{ action: 'managed_challenge' }, 'counts it: 100 per 10 s by ip.src, then challenged for 30 s'],
  [{ action: 'log' }, 'counts it: 100 per 10 s by ip.src'],
  [
    counting(false),
    'counts it if it matches counting_expression: 100 per 10 s by ip.src, then refused for 30 s',
  ],
  [
    counting(true),
    'counts it if the answer matches counting_expression: 100 per 10 s by ip.src, then refused for 30 s',
  ],
  [
    { requests_to_origin: true },
    'counts it if it goes on to the origin: 100 per 10 s by ip.src, then refused for 30 s',
  ],
  [
    { score_header: 'x-score' },
    'counts what x-score of the answer says: 100 points per 10 s by ip.src, then refused for 30 s',
  ],
  [
    {
      characteristics: [
        { kind: 'http.request.cookies', name: 's' },
        { kind: 'expression', node, source: 'lower(http.host)' },
      ],
    },
    'counts it: 100 per 10 s by http.request.cookies["s"] + lower(http.host), then refused for 30 s',
  ],
])('%j is described', (change, expected) => {
  expect(describeLimit(createLimit({ ...PLAIN, ...change }))).toBe(expected)
})
