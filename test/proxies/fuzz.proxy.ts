/**
 * Fuzzed requests from the real edge through every load balancer to an application: none is refused, no byte of
 * target, facts, kept fields or content differs.
 *
 * More of the same, for a closing figure: SALLYPORT_FUZZ=100000, and another seed with SALLYPORT_SEED.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { parseKeySet } from '../../src/signature/keys.ts'
import { freePort } from '../bench/workerd-process.ts'
import { formatFuzzRoutes } from '../e2e/fuzz/fuzz-routes.ts'
import { createRandom } from '../e2e/fuzz/random.ts'
import { openEdge } from '../worker/open-edge.ts'
import { listProxies } from './all.ts'
import { fuzz } from './fuzz-client.ts'
import { openFuzzOrigin } from './fuzz-origin.ts'

const COUNT = Number(process.env.SALLYPORT_FUZZ ?? 2000)
const SEED = Number(process.env.SALLYPORT_SEED ?? 20_261_122)

for (const proxy of listProxies()) {
  const installed = proxy.isInstalled()
  describe.skipIf(!installed)(`fuzzed requests with seed ${SEED} through ${proxy.name}`, () => {
    test(`${COUNT} arrive as they were meant, byte for byte`, { timeout: 60_000 + COUNT * 10 }, async () => {
      const keys = createLocalKeys()
      const parsed = parseKeySet(keys.origin)
      if (!parsed.ok) throw new Error(parsed.error.message)
      const origin = await openFuzzOrigin()
      const folder = mkdtempSync(join(tmpdir(), `sallyport-fuzz-${proxy.name}-`))
      const port = await freePort()
      const start = { folder, port, originPort: origin.port, keys: parsed.keySet, unsigned: [] }
      const running = await proxy.start(start)
      const files = {
        'routes/a.yaml': formatFuzzRoutes(`http://127.0.0.1:${port}`),
        // A flood is what this is: attack mode would challenge it.
        'settings.yaml': 'records_per_second: 0\nstages: {dos: off}\n',
      }
      const edge = await openEdge({ keys, files })
      try {
        const began = performance.now()
        const { told, differing, kinds } = await fuzz(edge.url, origin, createRandom(SEED), COUNT)
        const seconds = (performance.now() - began) / 1000
        console.log(`${proxy.name}: ${COUNT} in ${seconds.toFixed(1)} s, ${differing} differ`, kinds)
        expect(told).toEqual([])
        expect(differing).toBe(0)
        expect(origin.count()).toBe(COUNT)
        // The generator has made every kind: a count of nothing would prove nothing.
        expect(Object.keys(kinds)).toHaveLength(6)
      } finally {
        await edge.stop()
        await running.stop()
        await origin.close()
        rmSync(folder, { recursive: true, force: true })
      }
    })
  })
}
