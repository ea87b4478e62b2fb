/** The battery against every load balancer, run for real with the files that `sallyport origin config` makes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatAttempt } from '../../src/cli/doctor/attempt.ts'
import { BATTERY } from '../../src/cli/doctor/battery.ts'
import { exchange, type Reply } from '../../src/cli/doctor/wire.ts'
import { freePort } from '../bench/workerd-process.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { listProxies } from './all.ts'
import { type EchoOrigin, openEchoOrigin } from './echo-origin.ts'
import { judgeCase } from './judge-case.ts'
import type { RunningProxy } from './setup.ts'
import { openDesk, PROBE } from './test-desk.ts'

/** Load balancers do not read content. */
const CASES = BATTERY.filter(({ needs }) => needs !== 'reader')

for (const proxy of listProxies()) {
  const installed = proxy.isInstalled()
  if (!installed && process.env.SALLYPORT_REQUIRE_PROXIES === '1')
    throw new Error(`${proxy.name} is not installed: apt-get install ${proxy.packages.join(' ')}`)
  if (!installed) console.log(`${proxy.name} is skipped: needs ${proxy.packages.join(', ')}`)

  describe.skipIf(!installed)(`the battery against ${proxy.name}`, () => {
    let origin: EchoOrigin
    let running: RunningProxy
    let port: number
    let folder: string

    beforeAll(async () => {
      origin = await openEchoOrigin()
      port = await freePort()
      folder = mkdtempSync(join(tmpdir(), `sallyport-${proxy.name}-`))
      running = await proxy.start({
        folder,
        port,
        originPort: origin.port,
        keys: { keys: [HMAC_KEY] },
        unsigned: [PROBE],
      })
      // Who remembers nonces in memory refuses what was signed before the start.
      await new Promise((resolve) => setTimeout(resolve, 5000))
    })
    afterAll(async () => {
      await running?.stop()
      await origin?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('of two hundred copies at once, over all workers, one passes', async () => {
      const attempt = openDesk(`127.0.0.1:${port}`).sign()
      origin.take()
      const door = { host: '127.0.0.1', port }
      const send = (): Promise<Reply> => exchange(door, formatAttempt(attempt), { timeout: 30_000 })
      const replies = await Promise.all(Array.from({ length: 200 }, send))
      const statuses = replies.map((reply) => (reply.kind === 'answer' ? reply.status : reply.kind)).sort()
      expect(statuses).toEqual([200, ...Array.from({ length: 199 }, () => 403)])
      expect(origin.take()).toHaveLength(1)
    })

    test.each(CASES)('$group, $name: $expect', async (one) => {
      const door = { port, authority: `127.0.0.1:${port}`, take: origin.take }
      expect(await judgeCase(one, proxy.name, door), one.why).toEqual([])
    })
  })
}
