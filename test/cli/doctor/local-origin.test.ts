/** What `npm run sallyport -- origin doctor` finds at the origin of `npm start`. */
import { expect, test } from 'vitest'
import { GROUPS } from '../../../src/cli/doctor/battery-case.ts'
import { createLocalKeys } from '../../../src/cli/local/keys.ts'
import { startLocalOrigin } from '../../../src/cli/local/origin.ts'
import { parseKeySet } from '../../../src/signature/keys.ts'
import { examineUrl } from './open-app.ts'

test('the lock of the demo origin holds', async () => {
  const keys = createLocalKeys()
  const set = parseKeySet(keys.edge)
  const key = set.ok ? set.keySet.keys[0] : undefined
  if (key === undefined) throw new Error('the keys of a local run cannot be read')
  const origin = await startLocalOrigin({ keys: keys.origin, host: '127.0.0.1', port: 0 })
  // But for times: a door that has just started refuses what was signed before, which the battery finds unkind.
  const only = Object.keys(GROUPS).filter((group) => group !== 'time')
  const { status, out } = await examineUrl(origin.url, { unsigned: '/healthz', only }, key)
  await origin.stop()
  expect(out).toContain('The lock holds')
  expect(status).toBe(0)
})
