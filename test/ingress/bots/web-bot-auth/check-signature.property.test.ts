/** What an attacker changes or makes up is not verified, and nothing is thrown. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSignatureCheck } from '../../../../src/ingress/bots/web-bot-auth/check-signature.ts'
import { createFacts } from '../../../http/facts.ts'
import { HOST, NOW, openKeys, POLICY, type SignedRequest, signLines, V2 } from './signed-request.ts'

const check = createSignatureCheck(POLICY, openKeys())

const SIGNED: SignedRequest = {
  ...V2,
  covered: [
    ...V2.covered,
    ['"@method"', 'GET'],
    ['"@request-target"', '/page?x=1'],
    ['"user-agent"', 'Mozilla/5.0'],
  ],
}
const { input, signature } = signLines(SIGNED)
/** Everything that the signature holds. */
const WHOLE = {
  method: 'GET',
  target: SIGNED.target,
  host: 'app.example',
  'user-agent': 'Mozilla/5.0',
  'signature-agent': `sig1="${HOST}"`,
  'signature-input': input,
  signature,
}
type Part = keyof typeof WHOLE
const PARTS = Object.keys(WHOLE) as Part[]

function verify({ method, target, ...fields }: Readonly<Record<Part, string>>): unknown {
  return check(createFacts({ method, target, headers: Object.entries(fields) }), NOW)
}

/** Visible ASCII: white space between members means nothing and is not signed. */
const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))

function replaceAt(text: string, at: number, character: string): string {
  return text.slice(0, at) + character + text.slice(at + 1)
}

const changes = fc.record({
  part: fc.constantFrom(...PARTS),
  at: fc.nat(),
  character: visible,
  kind: fc.constantFrom('replace', 'remove', 'insert'),
})

test('the whole is verified', async () => {
  expect(await verify(WHOLE)).toEqual({ kind: 'verified', agentHost: HOST })
})

test('no change of anything that is signed is verified', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async ({ part, at, character, kind }) => {
      const text = WHOLE[part]
      const place = at % text.length
      const tail = text.slice(place + 1)
      const changed =
        kind === 'replace'
          ? replaceAt(text, place, character)
          : kind === 'remove'
            ? text.slice(0, place) + tail
            : text.slice(0, place) + character + text.slice(place)
      // A host is the same in either case, and so is a field with a space more or less between its members.
      const isSame = (own: string): string => own.toLowerCase().replaceAll(' ', '')
      fc.pre(
        part === 'host'
          ? changed.toLowerCase() !== text
          : isSame(changed) !== isSame(text) || kind === 'replace',
      )
      // A number may have zeros before it: what is signed is how it is written without them.
      fc.pre(changed !== text && !(kind === 'insert' && character === '0' && part === 'signature-input'))
      expect(await verify({ ...WHOLE, [part]: changed })).not.toMatchObject({ kind: 'verified' })
    }),
    { numRuns: 800 },
  )
})

const fragment = fc.constantFrom(
  'sig1',
  '=',
  '(',
  ')',
  '"@authority"',
  '"signature-agent"',
  ';key="sig1"',
  ';created=1795000000',
  ';expires=1795000060',
  ';tag="web-bot-auth"',
  ';keyid="',
  ', ',
  ':AAAA:',
  `"${HOST}"`,
  '\\',
  '"',
  '\u0000',
  'é',
)
const garbage = fc.oneof(
  fc.array(fragment, { maxLength: 24 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 200 }),
  fc.nat({ max: 20_000 }).map((length) => 'a'.repeat(length)),
)

test('whatever the fields hold, there is an answer', async () => {
  const optional = fc.option(garbage, { nil: undefined })
  await fc.assert(
    fc.asyncProperty(optional, optional, optional, garbage, async (agent, tagged, mac, target) => {
      const fields = {
        'signature-agent': agent,
        'signature-input': tagged,
        signature: mac,
        host: 'app.example',
      }
      const headers = Object.entries(fields).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      )
      const { kind } = await check(createFacts({ target: `/${target}`, headers }), NOW)
      expect(kind).not.toBe('verified')
    }),
    { numRuns: 500 },
  )
})
