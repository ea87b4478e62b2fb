import { expect, test } from 'vitest'
import { rotateUnderLoad } from './rotate.ts'

test('rotating keys in a file refuses no request that is under way, and every one after its key is retired', async () => {
  const result = await rotateUnderLoad({ requests: 3000, rotations: 2 })
  expect(result).toMatchObject({ refused: [], rotations: 2, acceptedAfterRetirement: 0 })
  expect(result.sent).toBeGreaterThanOrEqual(3000)
})
