/**
 * Rotates keys under load: added, signed with, the old ones retired, all through a file that is watched.
 *
 *   node test/bench/key-rotation.bench.ts [requests] [rotations]
 *
 * Fails when a request is refused that was signed as the procedure says, or one passes whose key is retired.
 */
import { rotateUnderLoad } from '../origin/rotate.ts'

const requests = Number(process.argv[2] ?? 200_000)
const rotations = Number(process.argv[3] ?? 20)
const started = performance.now()
const result = await rotateUnderLoad({ requests, rotations })
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(
  `${result.sent} requests, ${result.rotations} rotations, ${seconds} s: ${result.refused.length} refused, ` +
    `${result.acceptedAfterRetirement} accepted with a retired key`,
)
if (result.refused.length > 0 || result.acceptedAfterRetirement > 0) process.exitCode = 1
