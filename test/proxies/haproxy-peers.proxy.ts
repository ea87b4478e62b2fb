/** Two HAProxys that share their nonces through `peers`, as the configuration says how to. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Received } from '../../src/signature/verify.ts'
import { freePort } from '../bench/workerd-process.ts'
import { setField } from '../origin/edge.ts'
import { type HaproxyRun, openLine, runHaproxy, sendCopies } from './haproxy-run.ts'
import { haproxy } from './setups/haproxy.ts'

describe.skipIf(!haproxy.isInstalled())('two HAProxys with peers', () => {
  const runs: HaproxyRun[] = []

  beforeAll(async () => {
    const [first, second] = [await freePort(), await freePort()]
    // What the comments tell to do. Both answer for one authority, as they would behind one name.
    const edit = (text: string): string =>
      text
        .replace('store gpc0 # peers sallyport', 'store gpc0 peers sallyport')
        .replaceAll(/^#(peers| {2}peer)/gm, '$1')
        .replace('10.0.0.1:10000', `127.0.0.1:${first}`)
        .replace('10.0.0.2:10000', `127.0.0.1:${second}`)
    const changes = { authorities: ['origin.example'] }
    for (const name of ['one', 'two']) runs.push(await runHaproxy({ edit, changes, args: ['-L', name] }))
    // They have found each other when what one has seen is refused by the other.
    const lines = await Promise.all(runs.map(({ port }) => openLine(port)))
    for (let tries = 0; ; tries++) {
      expect(tries, 'the peers do not find each other').toBeLessThan(200)
      const request = await sign()
      await lines[0]?.send(request)
      await new Promise((resolve) => setTimeout(resolve, 100))
      if ((await lines[1]?.send(request)) === 403) break
    }
    for (const line of lines) line.close()
  })
  afterAll(() => Promise.all(runs.map((run) => run.stop())))

  const sign = (): Promise<Received> => {
    const [first] = runs
    if (!first) throw new Error('not started')
    return first.sign({ message: { authority: 'origin.example' } })
  }

  test.each([
    [0, 60],
    [1, 60],
    [5, 60],
    [500, 10],
  ])('refuse a copy sent to the other %i ms after the answer', async (wait, copies) => {
    const [one, two] = await Promise.all(runs.map(({ port }) => openLine(port)))
    let accepted = 0
    for (let i = 0; i < copies; i++) {
      const request = await sign()
      const [first, second] = i % 2 === 0 ? [one, two] : [two, one]
      expect(await first?.send(request)).toBe(200)
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      if ((await second?.send(request)) !== 403) accepted++
    }
    one?.close()
    two?.close()
    console.log(`${accepted} of ${copies} copies accepted ${wait} ms after the answer`)
    // How long the news takes to the peer depends on how busy the machine is: seldom a millisecond, never so long.
    if (wait === 500) expect(accepted).toBe(0)
  })

  test('let at most one copy through each, of those that come at the same moment', async () => {
    let accepted = 0
    for (let i = 0; i < 50; i++) {
      const ports = [...runs, ...runs].map(({ port }) => port)
      const passed = (await sendCopies(ports, await sign())).filter((status) => status === 200).length
      expect(passed).toBeGreaterThan(0)
      expect(passed).toBeLessThanOrEqual(2)
      accepted += passed
    }
    console.log(`${accepted / 50} of 4 simultaneous copies accepted`)
  })

  test('remember at the other what both have seen', async () => {
    const request = setField(await sign(), 'User-Agent', 'again')
    const ports = runs.map(({ port }) => port)
    await sendCopies(ports, request)
    await new Promise((resolve) => setTimeout(resolve, 200))
    for (let i = 0; i < 20; i++) expect(await sendCopies(ports, request)).toEqual([403, 403])
  })
})
