import { describe, expect, it, test } from 'vitest'
import { isBotsModel } from '../../src/bundle/bots-shape.ts'
import { openBundle } from '../../src/bundle/bundle.ts'
import { BundleError } from '../../src/bundle/bundle-error.ts'
import { encodeBundle } from '../../src/bundle/encode-bundle.ts'
import { isPolicyModel } from '../../src/bundle/model-shape.ts'
import { fullBots } from './bots-model.ts'
import { fullModel, fullSets, oneNetwork } from './policy-model.ts'

/** Keys that may be left out. */
const OPTIONAL: ReadonlySet<string> = new Set([
  ...['snapshot', 'provider', 'template', 'rate', 'price', 'search', 'ai-input', 'ai-train'],
])

function isMap(path: string): boolean {
  return path === '.signals' || path === '.crawlers.agents' || path === '.crawlers.tokens'
}

/** The model with one value taken out, or something else in its place. */
function* damage(
  value: unknown,
  path: string,
  replace: (changed: unknown) => unknown,
): Generator<readonly [what: string, model: unknown]> {
  for (const wrong of [{ unexpected: true }, null, 1.5, -1, 'x\ny']) {
    // Any text may be a page.
    if (path !== '.challenge.template' || typeof wrong !== 'string')
      yield [`${path} = ${JSON.stringify(wrong)}`, replace(wrong)]
  }
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      yield* damage(item, `${path}[${i}]`, (changed) => replace(value.with(i, changed)))
  } else if (typeof value === 'object' && value !== null) {
    const own = value as Record<string, unknown>
    if (!isMap(path)) yield [`${path} with one more`, replace({ ...own, unexpected: 1 })]
    for (const [key, item] of Object.entries(own)) {
      const { [key]: _, ...rest } = own
      const isOptional =
        isMap(path) ||
        (path === '.crawlers' && key === 'signals') ||
        (OPTIONAL.has(key) && !path.endsWith('.classes'))
      if (!isOptional) yield [`${path} without ${key}`, replace(rest)]
      yield* damage(item, `${path}.${key}`, (changed) => replace({ ...own, [key]: changed }))
    }
  }
}

describe('isBotsModel', () => {
  test('takes the model, and refuses it with anything missing, added or of another kind', () => {
    expect(isBotsModel(fullBots)).toBe(true)
    const variants = [...damage(fullBots, '', (changed) => changed)]
    expect(variants.length).toBeGreaterThan(500)
    // Names of parts are checked when they are looked for.
    const named = /^\.agents = "|^\.ranges\[0\]\.snapshot\.part = "/
    const taken = variants.filter(([what, model]) => isBotsModel(model) && !named.test(what))
    expect(taken.map(([what]) => what)).toEqual([])
  })

  it.each([
    ['bands that do not begin at 0', { bands: [{ name: 'a', from: 1, step: 'none' }] }],
    ['no band', { bands: [] }],
    [
      'bands out of order',
      {
        bands: [
          { name: 'a', from: 0, step: 'none' },
          { name: 'b', from: 50, step: 'wait' },
          { name: 'c', from: 50, step: 'deny' },
        ],
      },
    ],
    ['a weight over 100', { signals: { a: 101 } }],
    ['a list that is fetched over http', { ranges: [{ id: 'a', url: 'http://a.example', format: 'json' }] }],
    [
      'a host with a port',
      {
        verification: {
          ...fullBots.verification,
          web_bot_auth: { ...fullBots.verification.web_bot_auth, hosts: ['https://a.example:8443'] },
        },
      },
    ],
    ['puzzles without end', { challenge: { ...fullBots.challenge, bits: { least: 12, most: 60 } } }],
    ['a wait that holds connections', { challenge: { ...fullBots.challenge, wait: 60 } }],
    ['a maze at the root', { labyrinth: { ...fullBots.labyrinth, path: '/' } }],
    ['a maze elsewhere', { labyrinth: { ...fullBots.labyrinth, path: '//evil/' } }],
    [
      'more signals than there are',
      { signals: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`s${i}`, 1])) },
    ],
  ])('refuses %s', (_, change) => {
    expect(isBotsModel({ ...fullBots, ...change })).toBe(false)
  })
})

describe('a bundle with bots', () => {
  const model = { ...fullModel, bots: fullBots }
  const parts = (): Map<string, ArrayBuffer> =>
    fullSets().set('bots/ranges/googlebot', oneNetwork(1)).set('bots/agents', new ArrayBuffer(8))

  function codeOf(sets: Map<string, ArrayBuffer>): string {
    try {
      openBundle(encodeBundle(model, sets).buffer)
    } catch (error) {
      if (error instanceof BundleError) return error.code
      throw error
    }
    return 'opened'
  }

  const without = (name: string): Map<string, ArrayBuffer> => {
    const sets = parts()
    sets.delete(name)
    return sets
  }

  test('has its parts, or is not opened', () => {
    expect(codeOf(parts())).toBe('opened')
    expect(codeOf(without('bots/agents'))).toBe('missing-part')
    expect(codeOf(without('bots/ranges/googlebot'))).toBe('missing-part')
    expect(codeOf(parts().set('bots/ranges/googlebot', new ArrayBuffer(16)))).toBe('bad-prefix-set')
  })

  test('gives its own parts, and no others', () => {
    const bundle = openBundle(encodeBundle(model, parts()).buffer)
    expect(bundle.part('bots/agents').length).toBe(8)
    for (const name of ['policy.json', 'list/nets', 'bots/ranges/googlebot', 'x'])
      expect(() => bundle.part(name)).toThrow(BundleError)
  })

  test('of before has none, and is opened', () => {
    expect(isPolicyModel(fullModel)).toBe(true)
    expect(() => openBundle(encodeBundle(fullModel, fullSets()).buffer).part('bots/agents')).toThrow(
      BundleError,
    )
  })
})
