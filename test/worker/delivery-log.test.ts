import { expect, test } from 'vitest'
import { createDeliveryLog } from '../../src/worker/delivery-log.ts'
import type { Dataset } from '../../src/worker/recorder.ts'

const START = 1_800_000_000_000

function open() {
  const lines: Record<string, unknown>[] = []
  const points: Parameters<Dataset['writeDataPoint']>[0][] = []
  let time = START
  const report = createDeliveryLog({
    write: (line) => lines.push(JSON.parse(line)),
    dataset: { writeDataPoint: (point) => void points.push(point) },
    now: () => time,
  })
  const pass = (ms: number): void => {
    time += ms
  }
  return { lines, points, report, pass }
}

test('every policy that is taken has a line and a data point', () => {
  const { lines, points, report } = open()
  report({ kind: 'activated', serial: 7, version: 'a' })
  report({ kind: 'activated', serial: 8, version: 'a', candidate: 'b' })
  expect(lines).toMatchObject([
    { kind: 'policy', event: 'activated', serial: 7, version: 'a', time: new Date(START).toISOString() },
    { serial: 8, candidate: 'b' },
  ])
  expect(points).toMatchObject([
    { indexes: ['policy'], blobs: ['policy', 'policy.activated', '', 'a', ''], doubles: [1, 7] },
    { blobs: ['policy', 'policy.activated', '', 'a', 'b'] },
  ])
})

test('refusals for one reason have a line a minute, with how many there were', () => {
  const { lines, points, report, pass } = open()
  const refuse = (reason: 'bad-signature' | 'missing-blob') =>
    report({ kind: 'refused', reason, message: 'm' })
  for (let i = 0; i < 5; i++) refuse('bad-signature')
  refuse('missing-blob')
  expect(lines).toMatchObject([
    { event: 'refused', reason: 'bad-signature', count: 1 },
    { reason: 'missing-blob', count: 1 },
  ])
  pass(60_000)
  refuse('bad-signature')
  expect(lines.at(-1)).toMatchObject({ reason: 'bad-signature', count: 5 })
  expect(points.at(-1)).toEqual({
    indexes: ['policy'],
    blobs: ['policy', 'policy.refused', 'bad-signature'],
    doubles: [5],
  })
})
