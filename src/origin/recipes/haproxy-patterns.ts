/**
 * The exact forms of signed values as PCRE patterns without single quotes: they stand between single quotes in a
 * configuration of HAProxy, where nothing else is special. JavaScript reads them alike, which the tests use.
 * @module
 */
import { COMPONENTS, LABEL, TAG } from '../../signature/profile.ts'
import { FAMILIES, IDENTITY } from '../restore.ts'

const IP = '(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-f:]{2,39}|[0-9a-f:]{2,30}(?:[0-9]{1,3}\\.){3}[0-9]{1,3})'
const HOST = '(?:[a-z0-9_][a-z0-9._-]{0,252}|\\[[0-9a-f:.]{2,45}\\])(?::[1-9][0-9]{0,4})?'
/** Printable ASCII that needs no escape between double quotes; the apostrophe is in the last range but one. */
const WORD = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,32}'
const ID = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}'

/** All of `Sallyport-Client`. */
export const CLIENT_PATTERN: string =
  `^ip="${IP}", host="${HOST}", scheme=https?(?:, port=[1-9][0-9]{0,4})?` +
  `(?:, country="[A-Z0-9]{2}")?(?:, asn=(?:0|[1-9][0-9]{0,9}))?(?:, colo="[A-Z0-9]{3,8}")?(?:, tls="${WORD}")?(?:, protocol="${WORD}")?$`

/** All of `Sallyport-Verdict`. */
export const VERDICT_PATTERN: string = `^action=pass, policy="${ID}", route="${ID}"(?:, log=\\("${ID}"(?: "${ID}"){0,15}\\))?(?:, bot="${ID}")?$`

/** All of `Sallyport-Request-Id`. */
export const REQUEST_ID_PATTERN = '^"[A-Za-z0-9][A-Za-z0-9._-]{7,63}"$'

/** A request-target in origin form (RFC 9112 section 3.2.1), visible ASCII without `#`. */
export const TARGET_PATTERN = '^/[\\x21\\x22\\x24-\\x7e]*$'

const START = `${LABEL}=`
const PLAIN = `(${COMPONENTS})`
const COVERED = `(${COMPONENTS} "content-digest")`

const TIMES =
  ';created=[1-9][0-9]{9};expires=[1-9][0-9]{9};' +
  `nonce="[A-Za-z0-9_-]{21}[AQgw]";keyid="[A-Za-z0-9._-]{1,64}";tag="${TAG}"$`

const escapeBrackets = (text: string): string => text.replace('(', '\\(').replace(')', '\\)')

/** One of the two forms of `Signature-Input`, and where its parts begin. */
export interface InputForm {
  readonly pattern: string
  /** Characters before `created=`. */
  readonly offset: number
}

export const PLAIN_INPUT: InputForm = {
  pattern: `^${START}${escapeBrackets(PLAIN)}${TIMES}`,
  offset: START.length + PLAIN.length + 1,
}

/** With a covered digest. The third form of the profile, a body in chunks, does not match either. */
export const COVERED_INPUT: InputForm = {
  pattern: `^${START}${escapeBrackets(COVERED)}${TIMES}`,
  offset: START.length + COVERED.length + 1,
}

/** Characters of `Signature-Input` and of `Signature` before the value of the label. */
export const START_LENGTH: number = START.length

/**
 * Names of all fields with commas between them, when one of the signature's came twice. The group has a name because
 * HAProxy lets conditions have no others.
 */
export const REPEATED_PATTERN =
  '(?<![^,])(?<name>signature(?:-input)?|sallyport-(?:client|verdict|request-id)),(?:.*,)?\\k<name>(?:,|$)'

/**
 * The same, when one of them becomes a field of ours once `_`, `.` and the like
 * are read as `-` (RFC 3875 section 4.1.18).
 */
export const TWIN_PATTERN: string =
  '(?<![^,])(?:sallyport(?:[^a-z0-9,-]|-[^,]*[^a-z0-9,-])|signature[^,]*[^a-z0-9,-]|' +
  'content[^a-z0-9,-]digest(?:,|$))'

/** What Connection may not name: anything that is not about the connection itself. */
export const NOMINATED_PATTERN = '^(?!(?:close|keep-alive|upgrade|te)$).'

/** A dash of a field name, as a gateway interface reads it. */
const DASH = '[^a-z0-9]'

/** Alternatives, those with the same first word together: most names are passed over after a letter or two. */
function groupByFirstWord(names: readonly string[], end: string): string[] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const [first = '', ...rest] = name.split('-')
    const group = groups.get(first) ?? []
    group.push(rest.map((word) => DASH + word).join(''))
    groups.set(first, group)
  }
  return [...groups].map(([first, rest]) => {
    if (rest.length === 1) return `${first}${rest[0]}${end}`
    return `${first}(?:${rest.join('|')})${end}`
  })
}

/** The name, in lower case, of a field that claims what only a signature may say. */
export const IDENTITY_PATTERN: string = `^(?:${[
  ...groupByFirstWord(FAMILIES, ''),
  ...groupByFirstWord([...IDENTITY], '$'),
].join('|')})`
