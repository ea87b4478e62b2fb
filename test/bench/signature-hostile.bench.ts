/**
 * What 64 KiB of hostile signature fields cost the whole verifier, beside a right request.
 *
 *   node test/bench/signature-hostile.bench.ts [rounds]
 *
 * The worst of all requests should cost 100 µs at most. Read the minimum; the median tells how disturbed the
 * run was.
 */
import { createVerifier } from '../../src/origin/verifier.ts'
import { sendFromEdge } from '../origin/edge.ts'
import { createHostileRequests } from '../origin/hostile.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'

const ROUNDS = Number(process.argv[2] ?? 200)
const TIMES = 20

const created = Math.floor(Date.now() / 1000)
const { verify } = createVerifier({
  keys: { keys: [HMAC_KEY] },
  now: () => created,
  replay: 'accept-replays',
})
const requests = [
  { name: 'a right request', received: await sendFromEdge({ created }) },
  ...(await createHostileRequests(created)),
].map((request) => ({ ...request, samples: [] as number[] }))

for (let round = 0; round < ROUNDS; round++) {
  for (const { received, samples } of requests) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < TIMES; i++) void verify(received)
    samples.push(Number(process.hrtime.bigint() - start) / 1000 / TIMES)
  }
}

console.log(`${''.padEnd(50)}min µs   median µs`)
for (const { name, samples } of requests) {
  const sorted = samples.toSorted((a, b) => a - b)
  const [min = Number.NaN] = sorted
  const median = sorted[sorted.length >> 1] ?? Number.NaN
  console.log(`  ${name.padEnd(46)}${min.toFixed(1).padStart(8)}${median.toFixed(1).padStart(12)}`)
}
