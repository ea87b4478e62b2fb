import { expect, test } from 'vitest'
import { createChallenge } from '../../src/ingress/challenge/challenge.ts'
import type { Timer } from '../../src/ingress/limits/deadline.ts'
import { answerSolution } from '../../src/worker/challenge-endpoint.ts'
import { createFacts } from '../http/facts.ts'

const FORM = 'application/x-www-form-urlencoded'
const challenge = createChallenge(new Uint8Array(16))

interface Change {
  readonly length?: string
  readonly type?: string
  readonly method?: string
  readonly timer?: Timer
}

const never: Timer = () => () => {}

function send(
  text: () => Promise<string>,
  { length = '40', type = FORM, method = 'POST', timer = never }: Change = {},
): Promise<Response> {
  const headers = [
    ['content-type', type],
    ...(length === '' ? [] : [['content-length', length] as const]),
  ] as const
  const facts = createFacts({ method, headers })
  return answerSolution({ facts, requestId: 'r', now: 0, text, timer }, challenge)
}

test('content that breaks off is no solution, and no error', async () => {
  const response = await send(() => Promise.reject(new Error('the client left')))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ rule: 'route.challenge' })
})

test('content that does not come is not waited for', async () => {
  const timer: Timer = (ms, fire) => {
    expect(ms).toBe(10_000)
    queueMicrotask(fire)
    return () => {}
  }
  const response = await send(() => new Promise(() => {}), { timer })
  expect(response.status).toBe(408)
  expect(await response.json()).toMatchObject({ rule: 'route.challenge' })
})

test.each([
  ['without a length', { length: '' }],
  ['of no length', { length: '0' }],
  ['of a length that is no number', { length: 'many' }],
  ['that is too long', { length: '1025' }],
  ['of another type', { type: 'application/json' }],
])('content %s is not read', async (_, change) => {
  const response = await send(() => {
    throw new Error('read')
  }, change)
  expect(response.status).toBe(400)
})

test('a form with parameters of its type is read', async () => {
  let reads = 0
  const response = await send(async () => `token=${++reads}&solution=1&token=2`, {
    type: 'Application/X-WWW-Form-Urlencoded; charset=utf-8',
  })
  expect([response.status, reads, response.headers.get('cache-control')]).toEqual([400, 1, 'no-store'])
})
