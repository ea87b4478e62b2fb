import { expect, test } from 'vitest'
import { ask, compare } from './compare-engine.ts'
import { loadEngine } from './engine.ts'
import { DEVIATIONS } from './engine-deviations.ts'
import { randomExpression, randomRequest, seededRandom } from './random-expression.ts'

/** How many expressions; the full run is `SALLYPORT_DIFFERENTIAL=20000`. */
const COUNT = Number(process.env.SALLYPORT_DIFFERENTIAL ?? 5000)
const SEED = Number(process.env.SALLYPORT_SEED ?? 20261122)

test(`${COUNT} random expressions mean what they mean to the real engine`, { timeout: 600_000 }, async () => {
  const engine = await loadEngine()
  const random = seededRandom(SEED)
  const unexplained: unknown[] = []
  const explained = new Map<string, number>()
  const count = { accepted: 0, refused: 0, true: 0, false: 0 }
  for (let i = 0; i < COUNT; i++) {
    const expression = randomExpression(random)
    const request = randomRequest(random)
    const theirs = engine.match(expression, request)
    const ours = ask(expression, request)
    if ('error' in theirs) count.refused++
    else count.accepted++
    if ('result' in theirs && theirs.result !== 'undetermined') count[`${theirs.result}`]++
    const difference = compare(theirs, ours)
    if (difference === undefined) continue
    const reason = DEVIATIONS.find((deviation) => deviation.explains(expression, theirs, ours))?.reason
    if (reason === undefined) unexplained.push({ expression, difference, theirs, ours, request })
    else explained.set(reason, (explained.get(reason) ?? 0) + 1)
  }
  if (process.env.SALLYPORT_DIFFERENTIAL) console.log({ ...count, explained })
  expect(unexplained.slice(0, 5)).toEqual([])
  // The comparison is worth something only when all outcomes occur often.
  for (const occurrences of Object.values(count)) expect(occurrences).toBeGreaterThan(COUNT / 20)
})
