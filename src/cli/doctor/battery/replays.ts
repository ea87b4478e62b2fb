/** Replays: each signed request passes once. */
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { addFields, editSignature, getField } from '../edit-attempt.ts'
import { INPUT } from '../signing-desk.ts'

const { refused, passes } = casesOf('replay')

const ONCE = 'RFC 9421 section 7.2.2: a stolen request must not work again'
const COPIES = 8

export const REPLAYS: readonly BatteryCase[] = [
  refused('the same request again', 'replayed', ONCE, (desk) => desk.sign(), {
    before: (attempt) => attempt,
  }),
  refused(
    'the same request with other credentials',
    'replayed',
    'Authorization and Cookie are not covered',
    (desk) => desk.sign(),
    {
      before: (attempt) => addFields(attempt, 'Authorization', 'Bearer other', 'Cookie', 'session=other'),
    },
  ),
  refused(
    'another request with a used nonce',
    'replayed',
    'a nonce belongs to one signature',
    (desk) => desk.sign({ path: '/doctor/second' }),
    {
      before: (attempt, desk) =>
        desk.sign({ path: '/doctor/first' }, (draft) => ({
          ...draft,
          parameters: {
            ...draft.parameters,
            nonce: /nonce=("[^"]+")/.exec(getField(attempt, INPUT))?.[1],
          },
        })),
    },
  ),
  refused('eight copies at once', 'replayed', ONCE, (desk) => desk.sign(), { copies: COPIES }),
  passes(
    'the right one after a forged one',
    'a forged request must not use up the nonce of a right one',
    (desk) => desk.sign(),
    {
      before: (attempt) =>
        editSignature(attempt, (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)),
    },
  ),
]
