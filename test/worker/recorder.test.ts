import { expect, test } from 'vitest'
import { createRecorder, type Dataset } from '../../src/worker/recorder.ts'
import { BOT, createDecided, REFUSAL, STARTED } from './decided.ts'

function open(perSecond: number, withQuery = false) {
  const lines: Record<string, unknown>[] = []
  const points: Parameters<Dataset['writeDataPoint']>[0][] = []
  const recorder = createRecorder({
    perSecond,
    withQuery,
    write: (line) => lines.push(JSON.parse(line)),
    dataset: { writeDataPoint: (point) => points.push(point) },
  })
  return { recorder, lines, points }
}

test('each request is one line and one data point', () => {
  const { recorder, lines, points } = open(10)
  expect(recorder.record(createDecided({}, { client: { country: 'NO', colo: 'OSL' } }))).toBe(false)
  expect(recorder.record(createDecided({ terminal: REFUSAL, route: undefined, status: 403 }))).toBe(false)
  recorder.record(createDecided({ bot: BOT }))
  expect(lines).toMatchObject([
    { kind: 'decision', action: 'pass' },
    { kind: 'decision', action: 'block', rule: 'access.office' },
    { kind: 'decision', action: 'pass', bot: { agent: 'ExampleBot', verdict: 'spoofed' } },
  ])
  expect(points).toEqual([
    {
      indexes: ['pass'],
      blobs: ['pass', 'pass', '', 'app.example', 'site', 'NO', 'OSL', '', '', '', ''],
      doubles: [1, 200, 12, 0],
    },
    {
      indexes: ['access.office'],
      blobs: ['block', 'access.office', 'access', 'app.example', '', '', '', '', '', '', ''],
      doubles: [1, 403, 12, 0],
    },
    {
      indexes: ['pass'],
      blobs: [
        ...['pass', 'pass', '', 'app.example', 'site', '', ''],
        ...['ExampleBot', 'search-engine', 'spoofed', 'suspicious'],
      ],
      doubles: [1, 200, 12, 60],
    },
  ])
})

test('under a flood the rest is counted by rule, and told in one line when flushed', () => {
  const { recorder, lines, points } = open(2)
  const refused = createDecided({ terminal: REFUSAL })
  const answers = Array.from({ length: 5 }, () => recorder.record(refused))
  expect(answers).toEqual([false, false, true, false, false])
  for (let i = 0; i < 3; i++) recorder.record(createDecided())
  expect(lines).toHaveLength(4)
  recorder.flush(STARTED + 1000)
  expect(lines[4]).toEqual({
    kind: 'left-out',
    time: new Date(STARTED + 1000).toISOString(),
    counts: { 'access.office': 3, pass: 1 },
  })
  expect(points.slice(4)).toEqual([
    { indexes: ['access.office'], blobs: ['left-out', 'access.office'], doubles: [3] },
    { indexes: ['pass'], blobs: ['left-out', 'pass'], doubles: [1] },
  ])
})

test('a flush is asked for once, and again after it', () => {
  const { recorder, lines } = open(0)
  expect([recorder.record(createDecided()), recorder.record(createDecided())]).toEqual([true, false])
  recorder.flush(STARTED)
  expect(recorder.record(createDecided())).toBe(true)
  recorder.flush(STARTED)
  expect(lines.map(({ counts }) => counts)).toEqual([{ pass: 2 }, { pass: 1 }])
})

test('a flush that never came is asked of another request, whichever way the clock went', () => {
  const { recorder } = open(0)
  const at = (ended: number): boolean => recorder.record(createDecided({ ended }))
  expect([at(STARTED), at(STARTED + 4999), at(STARTED + 5000), at(STARTED + 5001)]).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(at(STARTED - 60_000)).toBe(true)
})

test('a flush with nothing to tell writes nothing', () => {
  const { recorder, lines, points } = open(10)
  recorder.flush(STARTED)
  recorder.record(createDecided())
  recorder.flush(STARTED)
  expect([lines.length, points.length]).toEqual([1, 1])
})

test('query values are neither in lines nor in points, unless the policy wants them in lines', () => {
  const decided = createDecided({}, { target: '/a?token=s3cr3t' })
  for (const withQuery of [false, true]) {
    const { recorder, lines, points } = open(1, withQuery)
    recorder.record(decided)
    expect(JSON.stringify(lines).includes('s3cr3t')).toBe(withQuery)
    expect(JSON.stringify(points)).not.toContain('s3cr3t')
  }
})

test('an index fits into the 96 bytes that Analytics Engine takes', () => {
  const { recorder, points } = open(1)
  recorder.record(createDecided({ terminal: { ...REFUSAL, rule: 'r'.repeat(200) } }))
  expect(points[0]?.indexes).toEqual(['r'.repeat(96)])
})

test('without a dataset the lines are all there is', () => {
  const lines: string[] = []
  const recorder = createRecorder({
    perSecond: 0,
    withQuery: false,
    write: (l) => lines.push(l),
    dataset: undefined,
  })
  recorder.record(createDecided())
  recorder.flush(STARTED)
  expect(lines).toHaveLength(1)
})
