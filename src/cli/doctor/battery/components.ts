/** Lists of components other than the profile's, each signed with the right key for what it says. */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { addFields, editField } from '../edit-attempt.ts'
import type { Desk, Draft } from '../signing-desk.ts'
import { INPUT } from '../signing-desk.ts'

const { refused } = casesOf('components')

const SHORT = 'RFC 9421 section 7.2.1: what is not covered may be anything'
const FIXED = 'one list only: a verifier that chooses can be talked into another one'
const PARAMETER = 'RFC 9421 section 2.1: a parameter makes it another component'

function signed(edit: (components: readonly string[]) => readonly string[]): (desk: Desk) => Attempt {
  return (desk) => desk.sign({}, (draft: Draft) => ({ ...draft, components: edit(draft.components) }))
}

const without = (name: string): BatteryCase =>
  refused(
    `${name} not covered`,
    'signature-input-form',
    SHORT,
    signed((list) => list.filter((c) => c !== `"${name}"`)),
  )

const marked = (parameter: string): BatteryCase =>
  refused(
    `a component with ;${parameter}`,
    'signature-input-form',
    PARAMETER,
    signed(([first, ...rest]) => [`${first};${parameter}`, ...rest]),
  )

export const COMPONENTS: readonly BatteryCase[] = [
  ...[
    '@method',
    '@authority',
    '@path',
    '@query',
    'sallyport-client',
    'sallyport-verdict',
    'sallyport-request-id',
  ].map(without),
  refused(
    'nothing covered',
    'signature-input-form',
    SHORT,
    signed(() => []),
  ),
  refused('a component struck from the list', 'signature-input-form', SHORT, (desk) =>
    editField(desk.sign(), INPUT, ' "sallyport-client"', ''),
  ),
  refused(
    'components in another order',
    'signature-input-form',
    FIXED,
    signed((list) => [...list].reverse()),
  ),
  refused('a component more', 'signature-input-form', FIXED, (desk) =>
    addFields(
      desk.sign({}, (draft) => ({
        ...draft,
        components: [...draft.components, '"x-extra"'],
        values: { 'x-extra': 'yes' },
      })),
      'X-Extra',
      'yes',
    ),
  ),
  refused(
    'a component twice',
    'signature-input-form',
    'RFC 9421 section 2.5: each one once',
    signed(([first = '', ...rest]) => [first, first, ...rest]),
  ),
  refused(
    'a component in upper case',
    'signature-input-form',
    'RFC 9421 section 2.1: names are lower case',
    signed((list) => list.map((c) => c.replace('sallyport', 'Sallyport'))),
  ),
  refused(
    'a component without quotes',
    'signature-input-form',
    FIXED,
    signed((list) => list.map((c) => c.replace('"@method"', '@method'))),
  ),
  refused(
    'two spaces between components',
    'signature-input-form',
    FIXED,
    signed(([first = '', second = '', ...rest]) => [first, ` ${second}`, ...rest]),
  ),
  refused('@target-uri in place of the path', 'signature-input-form', FIXED, (desk) =>
    desk.sign({}, (draft) => ({
      ...draft,
      components: draft.components.map((c) => c.replace('@path', '@target-uri')),
      values: { '@target-uri': `${desk.scheme}://${desk.authority}${desk.target}` },
    })),
  ),
  refused(
    '@signature-params as a component',
    'signature-input-form',
    'RFC 9421 section 2.3: never listed',
    signed((list) => [...list, '"@signature-params"']),
  ),
  ...['req', 'sf', 'bs', 'tr', 'key="x"', 'name="x"'].map(marked),
  refused(
    'a digest that is claimed and not there',
    'field-missing',
    'RFC 9421 section 3.2: a covered field has to be there',
    (desk) => editField(desk.sign(), INPUT, '-id")', '-id" "content-digest")'),
  ),
  refused(
    'a chunked body that is claimed and not there',
    undefined,
    'only who unwraps the body may accept it',
    (desk) => editField(desk.sign(), INPUT, '-id")', '-id" "sallyport-body")'),
  ),
]
