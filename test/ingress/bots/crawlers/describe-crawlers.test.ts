import { describe, expect, test } from 'vitest'
import { describeCrawlers } from '../../../../src/ingress/bots/crawlers/describe-crawlers.ts'
import { agent, crawlersOf } from './policy-fixture.ts'

describe('the summary of crawlers', () => {
  test('says for classes, agents and tokens what they get and what robots.txt says', () => {
    const crawlers = crawlersOf(
      {
        'ai-train': {
          action: 'deny',
          paths: [{ action: 'price', price: 'USD 0.01', path: { kind: 'prefix', value: '/archive' } }],
        },
        seo: { action: 'rate', rate: { requests: 30, period: 60 }, paths: [] },
      },
      {
        agents: { CCBot: { action: 'challenge', paths: [] } },
        tokens: { 'Google-Extended': 'deny' },
      },
    )
    const known = {
      ...agent('GPTBot', 'ai-train'),
      proof: { signature: [], ranges: ['openai-gptbot'], dns: [] },
    }
    const text = describeCrawlers(crawlers, [agent('A|B', 'ai-train'), agent('CCBot', 'ai-train'), known])
    expect(text).toContain(
      '| ai-train | deny; `/archive`: price, USD 0.01 | closed, but for paths | 3 | GPTBot, A\\|B, CCBot |',
    )
    expect(text).toContain('| seo | rate, 30 in 60 s | open | 0 |  |')
    expect(text).toContain('| CCBot | ai-train | challenge | closed | nothing |')
    expect(text).toContain('| Google-Extended | deny |')
  })
})
