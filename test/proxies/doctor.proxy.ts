/** `sallyport origin doctor` against every load balancer: the lock holds, and nobody is turned away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { executeDoctor } from '../../src/cli/doctor/execute-doctor.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { formatKeySet } from '../../src/signature/keys.ts'
import { freePort } from '../bench/workerd-process.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { listProxies } from './all.ts'
import { openEchoOrigin } from './echo-origin.ts'
import { PROBE } from './test-desk.ts'

const KEYS = { keys: [HMAC_KEY] }

for (const proxy of listProxies()) {
  test.skipIf(!proxy.isInstalled())(`the doctor finds that the lock of ${proxy.name} holds`, async () => {
    const origin = await openEchoOrigin()
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), `sallyport-doctor-${proxy.name}-`))
    const run = { folder, port, originPort: origin.port, keys: KEYS, unsigned: [PROBE] }
    const running = await proxy.start(run)
    // Who remembers nonces in memory refuses what was signed before the start.
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const keys = join(folder, 'edge.jwks.json')
    writeFileSync(keys, formatKeySet(KEYS))
    const said: string[] = []
    const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) }
    const flags = { keys, unsigned: PROBE, timeout: '10', rate: '1000', unsafe: true, json: true }
    const status = await executeDoctor(`http://127.0.0.1:${port}/a/b`, flags, output)
    await running.stop()
    await origin.close()
    rmSync(folder, { recursive: true, force: true })
    const { findings }: { findings: readonly Finding[] } = JSON.parse(said.join(''))
    const wrong = findings.filter(({ verdict }) => verdict === 'let-through' || verdict === 'turned-away')
    expect(wrong).toEqual([])
    expect(status).toBe(0)
  })
}
