/** Requests that nobody signed, with everything but a signature. */
import { type BatteryCase, casesOf, SPOOF } from '../battery-case.ts'
import { addFields, getField, setField } from '../edit-attempt.ts'
import { INPUT, SIGNATURE } from '../signing-desk.ts'

const { refused } = casesOf('unsigned')

const KNOWN = 'the origin’s address is known: from old DNS records, mails, certificates, scans'
const SHORT = 'no part of a signature stands for all of it'

export const UNSIGNED: readonly BatteryCase[] = [
  refused('a plain request', 'unsigned', KNOWN, (desk) => desk.plain()),
  refused('a plain HEAD', 'unsigned', KNOWN, (desk) => desk.plain(desk.target, 'HEAD')),
  refused('a plain OPTIONS', 'unsigned', 'a preflight (CORS) is let through by some guards', (desk) =>
    addFields(
      desk.plain(desk.target, 'OPTIONS'),
      'Origin',
      'https://evil.example',
      'Access-Control-Request-Method',
      'GET',
    ),
  ),
  refused('a path that nobody has', 'unsigned', KNOWN, (desk) => desk.plain('/doctor/nothing-here')),
  refused('a path of static files', 'unsigned', 'servers answer files before they ask anybody', (desk) =>
    desk.plain('/favicon.ico'),
  ),
  refused('a path for certificates', 'unsigned', 'RFC 8555 section 8.3: often excepted', (desk) =>
    desk.plain('/.well-known/acme-challenge/x'),
  ),
  refused('an error page', 'unsigned', 'internal redirects may skip the check', (desk) =>
    desk.plain('/50x.html'),
  ),
  refused('signed facts without a signature', 'unsigned', SHORT, (desk) =>
    setField(setField(desk.sign(), SIGNATURE, undefined), INPUT, undefined),
  ),
  refused('a signature in the query', 'unsigned', SHORT, (desk) => {
    const { fields, target } = desk.sign()
    const at = fields.indexOf(SIGNATURE)
    return desk.plain(`${target}?Signature=${encodeURIComponent(fields[at + 1] ?? '')}`)
  }),
  refused('a signature in Authorization', 'unsigned', SHORT, (desk) => {
    const intact = desk.sign()
    const value = getField(intact, SIGNATURE)
    return addFields(
      setField(setField(intact, SIGNATURE, undefined), INPUT, undefined),
      'Authorization',
      `Signature ${value}`,
    )
  }),
  refused('a token in Sallyport-JWT alone', 'unsigned', 'only who verifies tokens may accept them', (desk) =>
    addFields(desk.plain(), 'Sallyport-JWT', `eyJhbGciOiJub25lIn0.${SPOOF}.`),
  ),
  refused('a token without an algorithm', 'unsigned', 'RFC 8725 section 3.1', (desk) =>
    addFields(
      desk.plain(),
      'Sallyport-JWT',
      'eyJhbGciOiJub25lIn0.e30.',
      'Authorization',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
    ),
  ),
  refused('fields of the edge’s network', 'unsigned', 'any customer of that network can send these', (desk) =>
    addFields(
      desk.plain(),
      'CF-Ray',
      '8f0000000000abcd-FRA',
      'CF-Connecting-IP',
      '203.0.113.77',
      'CDN-Loop',
      'cloudflare',
      'CF-Worker',
      'evil.example',
    ),
  ),
  refused('a client at a private address', 'unsigned', 'trusted ranges are claimed by fields', (desk) =>
    addFields(
      desk.plain(),
      'X-Forwarded-For',
      '127.0.0.1',
      'X-Real-IP',
      '127.0.0.1',
      'Forwarded',
      'for=127.0.0.1',
    ),
  ),
]
