import { expect, test } from 'vitest'
import type { Attempt } from '../../../src/cli/doctor/attempt.ts'
import { BATTERY } from '../../../src/cli/doctor/battery.ts'
import { renderFindings } from '../../../src/cli/doctor/render-findings.ts'
import { type BatteryRun, runBattery } from '../../../src/cli/doctor/run-battery.ts'
import type { Reply } from '../../../src/cli/doctor/wire.ts'
import { openDesk } from '../../proxies/test-desk.ts'

const OWN: Reply = { kind: 'answer', status: 404, head: 'HTTP/1.1 404 X\r\nContent-Type: text/html' }

/** A run on a clock that only sleeping moves. */
function plan(edit: Partial<BatteryRun>): { readonly run: BatteryRun; readonly time: () => number } {
  let time = 0
  const run: BatteryRun = {
    cases: BATTERY,
    openDesk: () => openDesk('origin.example'),
    send: async () => ({ kind: 'answer', status: 403, head: '' }),
    missing: OWN,
    unsafe: true,
    rate: 50,
    deadline: 1_000_000,
    clock: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds
    },
    ...edit,
  }
  return { run, time: () => time }
}

test('findings come in the order of the cases', async () => {
  const { run } = plan({})
  const names = (await runBattery(run)).map(({ group, name }) => `${group} ${name}`)
  expect(names).toEqual(BATTERY.map(({ group, name }) => `${group} ${name}`))
})

test('it is no faster than asked', async () => {
  const { run, time } = plan({ rate: 20 })
  await runBattery(run)
  expect(time()).toBeGreaterThanOrEqual((BATTERY.length - 1) * 50)
})

test('what has not begun in time is skipped', async () => {
  const { run } = plan({ deadline: 1000 })
  const findings = await runBattery(run)
  const tried = findings.filter(({ verdict }) => verdict !== 'skipped')
  expect(tried.length).toBeGreaterThan(40)
  expect(tried.length).toBeLessThan(70)
  expect(findings.at(-1)).toMatchObject({ verdict: 'skipped', told: 'no time left' })
  expect(renderFindings(findings)).toContain(` ${findings.length - tried.length} were skipped.`)
})

test('without leave no method is sent that changes anything', async () => {
  const sent: Attempt[] = []
  const send = async (attempt: Attempt): Promise<Reply> => {
    sent.push(attempt)
    return { kind: 'closed' }
  }
  const { run } = plan({ unsafe: false, send })
  await runBattery(run)
  const methods = new Set(sent.map(({ method }) => method.toUpperCase()))
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT']) expect(methods).not.toContain(method)
  // Hidden requests and overrides do not change anything either.
  const text = sent.map(({ body, text = '' }) => body + text).join('\n')
  expect(text).not.toMatch(/^(?:POST|PUT|PATCH|DELETE) /m)
})

test.each<[status: number, expect: string, verdict: string]>([
  [403, 'refused', 'right'],
  [200, 'refused', 'let-through'],
  [302, 'refused', 'let-through'],
  [101, 'refused', 'let-through'],
  [502, 'refused', 'unclear'],
  [200, 'passes', 'right'],
  [403, 'passes', 'turned-away'],
  [503, 'passes', 'unclear'],
  [200, 'either', 'unseen'],
  [400, 'either', 'right'],
])('%i for what should be %s is %s', async (status, expected, verdict) => {
  const cases = BATTERY.filter((one) => one.expect === expected && one.copies === undefined && !one.late)
  const { run } = plan({ cases, send: async () => ({ kind: 'answer', status, head: '' }) })
  const verdicts = new Set((await runBattery(run)).map((finding) => finding.verdict))
  expect([...verdicts]).toEqual([verdict])
})

test.each<[name: string, missing: Reply, verdict: string]>([
  ['like the application’s own', OWN, 'let-through'],
  ['of another kind', { ...OWN, head: 'content-type: application/json' }, 'unclear'],
  ['where the application has none', { ...OWN, status: 200 }, 'unclear'],
])('a 404 %s is told apart', async (_, missing, verdict) => {
  const cases = BATTERY.filter((one) => one.group === 'unsigned')
  const { run } = plan({ cases, missing, send: async () => OWN })
  expect(new Set((await runBattery(run)).map((finding) => finding.verdict))).toEqual(new Set([verdict]))
})

test.each([
  [0, 'unclear'],
  [1, 'right'],
  [2, 'let-through'],
])('%i of the copies passed: %s', async (passed, verdict) => {
  let left = passed
  const cases = BATTERY.filter(({ copies }) => copies !== undefined)
  const send = async (): Promise<Reply> => ({ kind: 'answer', status: left-- > 0 ? 200 : 403, head: '' })
  const { run } = plan({ cases, send })
  expect(await runBattery(run)).toMatchObject([{ verdict, told: `${passed} of 8 passed` }])
})
