import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPlatformVerdict } from '../../../src/ingress/bots/platform-verdict.ts'

/** Cloudflare's documentation, "Verified bots", categories. */
const CATEGORIES = {
  'Academic Research': 'academic',
  Accessibility: 'monitoring',
  'Advertising & Marketing': 'advertising',
  Aggregator: 'other',
  'AI Assistant': 'ai-assistant',
  'AI Crawler': 'ai-train',
  'AI Search': 'ai-search',
  Archiver: 'archiver',
  'Feed Fetcher': 'feed-reader',
  'Monitoring & Analytics': 'monitoring',
  Other: 'other',
  'Page Preview': 'social-preview',
  'Search Engine Crawler': 'search-engine',
  'Search Engine Optimization': 'seo',
  Security: 'scanner',
  'Social Media Marketing': 'advertising',
  Webhooks: 'monitoring',
}

describe('the platform has verified a bot', () => {
  test.each(Object.entries(CATEGORIES))(
    'of the category %s, which is the class %s',
    (category, agentClass) => {
      const verdict = readPlatformVerdict({
        verifiedBotCategory: category,
        botManagement: { verifiedBot: true },
      })
      expect(verdict?.agent).toMatchObject({ name: `Verified: ${category}`, class: agentClass })
      expect(verdict?.agent.name).toMatch(/^[A-Za-z0-9 \-_./!+'()&:]{1,64}$/)
    },
  )

  test('when only the category says so, as on plans without Bot Management', () => {
    expect(readPlatformVerdict({ verifiedBotCategory: 'AI Search' })?.agent.class).toBe('ai-search')
  })

  test('without a category, or of one that is new', () => {
    const named = { name: 'Verified bot', class: 'other' }
    expect(readPlatformVerdict({ botManagement: { verifiedBot: true } })?.agent).toMatchObject(named)
    const other = { verifiedBotCategory: 'Toasters', botManagement: { verifiedBot: true } }
    expect(readPlatformVerdict(other)?.agent).toMatchObject(named)
  })

  test('that signs', () => {
    const verdict = readPlatformVerdict({ botManagement: { verifiedBot: false, signedAgent: true } })
    expect(verdict?.agent).toMatchObject({ name: 'Signed agent', class: 'ai-agent' })
  })
})

describe('the platform has verified nobody', () => {
  test.each([
    undefined,
    {},
    { botManagement: null },
    { botManagement: true },
    { botManagement: 'verifiedBot' },
    { botManagement: { verifiedBot: false, signedAgent: false } },
    { botManagement: { verifiedBot: 'true' } },
    { botManagement: { verifiedBot: 1, signedAgent: 'yes' } },
    { verifiedBotCategory: '' },
    { verifiedBotCategory: 'Toasters' },
    { verifiedBotCategory: ['AI Search'] },
    { verifiedBotCategory: 'constructor' },
    { verifiedBotCategory: 'AI Search', botManagement: { verifiedBot: false } },
    { verifiedBot: true },
  ])('when it says %j', (edge) => {
    expect(readPlatformVerdict(edge)).toBeUndefined()
  })

  test('whatever it says that is not what it documents', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (edge) => {
        expect(readPlatformVerdict({ ...edge, botManagement: edge.a })).toBeUndefined()
      }),
    )
  })
})

test('a verified service is not the crawler that it names, nor a crawler a service', () => {
  const monitor = readPlatformVerdict({ verifiedBotCategory: 'Monitoring & Analytics' })
  const crawler = readPlatformVerdict({ verifiedBotCategory: 'AI Crawler' })
  const other = readPlatformVerdict({ verifiedBotCategory: 'Other' })
  const unknown = readPlatformVerdict({ botManagement: { verifiedBot: true } })
  expect(monitor?.mayBe('search-engine')).toBe(false)
  expect(monitor?.mayBe('seo')).toBe(true)
  expect(crawler?.mayBe('ai-undocumented')).toBe(true)
  expect(crawler?.mayBe('search-engine')).toBe(true)
  expect(crawler?.mayBe('monitoring')).toBe(false)
  expect([other?.mayBe('search-engine'), other?.mayBe('ai-train'), other?.mayBe('seo')]).toEqual([
    false,
    false,
    true,
  ])
  expect(unknown?.mayBe('search-engine')).toBe(true)
  expect(monitor?.mayBe('other')).toBe(true)
})
