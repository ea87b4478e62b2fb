/** Times: too early, too late, too long. All signed with the right key. */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import type { Desk } from '../signing-desk.ts'

const { refused, passes } = casesOf('time')

/** Signed with `created` and `expires` so many seconds from now. */
function timed(created: number, expires: number): (desk: Desk) => Attempt {
  return (desk) =>
    desk.sign({}, (draft) => ({
      ...draft,
      parameters: {
        ...draft.parameters,
        created: String(desk.now + created),
        expires: String(desk.now + expires),
      },
    }))
}

const STALE = 'a stolen request has to lose its worth'
const MEMORY = 'the memory of nonces is made for sixty seconds'
const SHORTER = 'no harm where max_ttl is shorter than 60 s, if signature_ttl of the policy is within it'
const CLOCKS = 'clocks may differ by five seconds'
const LATER =
  'clocks may differ by five seconds; turned away for as long after a start, when nonces are forgotten'

export const TIMES: readonly BatteryCase[] = [
  refused('an expired signature', 'expires', STALE, timed(-70, -40)),
  refused('a signature of yesterday', 'expires', STALE, timed(-86_400, -86_370)),
  refused('a signature of tomorrow', 'created', STALE, timed(86_400, 86_430)),
  refused('a signature of the next hour', 'created', STALE, timed(3600, 3630)),
  refused('a life of an hour', 'lifetime', MEMORY, timed(0, 3600)),
  refused('a life of sixty-one seconds', 'lifetime', MEMORY, timed(0, 61)),
  refused('a life since yesterday', 'lifetime', MEMORY, timed(-86_400, 30)),
  refused('no life at all', 'lifetime', MEMORY, timed(0, 0)),
  refused('a life that ends before it begins', 'lifetime', MEMORY, timed(2, 1)),
  refused('times in the far future', 'created', 'sums of large numbers overflow', (desk) =>
    desk.sign({}, (draft) => ({
      ...draft,
      parameters: { ...draft.parameters, created: '9999999998', expires: '9999999999' },
    })),
  ),
  passes('the longest life', SHORTER, timed(0, 60)),
  passes('a signature of two seconds ahead', CLOCKS, timed(2, 32)),
  passes('a signature that expired two seconds ago', LATER, timed(-4, -2)),
]
