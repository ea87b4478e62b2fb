/** Content: what is covered must be what arrives. */
import { createHash } from 'node:crypto'
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { addFields, addFirst, setField } from '../edit-attempt.ts'
import { type Desk, DIGEST } from '../signing-desk.ts'

const { refused, passes, either } = casesOf('body')

const COVERED = 'RFC 9530 section 2: the digest is covered, and so is the content'
const READ = 'only who reads the content can compare it with its digest'
const TWICE = 'which of two digests is covered is a matter of opinion'

const digestOf = (text: string): string =>
  `sha-256=:${createHash('sha256').update(text, 'latin1').digest('base64')}:`

const byLength = (attempt: Attempt, body: string): Attempt => ({
  ...addFields(attempt, 'Content-Type', 'text/plain', 'Content-Length', String(body.length)),
  body,
})

const byChunks = (attempt: Attempt, ...parts: readonly string[]): Attempt => ({
  ...addFields(attempt, 'Content-Type', 'text/plain', 'Transfer-Encoding', 'chunked'),
  body: `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`,
})

const TEXT = 'a small body'
const post = (desk: Desk, text?: string): Attempt =>
  desk.sign({ method: 'POST', ...(text !== undefined && { contentDigest: digestOf(text) }) })

export const BODY: readonly BatteryCase[] = [
  passes('uncovered content', 'larger content streams through', (desk) => byLength(post(desk), TEXT)),
  passes('uncovered content in chunks', 'larger content streams through', (desk) =>
    byChunks(post(desk), 'a small ', 'body'),
  ),
  passes('covered content', COVERED, (desk) => byLength(post(desk, TEXT), TEXT)),
  passes('covered content in chunks', COVERED, (desk) => byChunks(post(desk, TEXT), 'a small ', 'body')),
  passes('content that waits for leave', 'RFC 9110 section 10.1.1', (desk) =>
    addFields(byLength(post(desk, TEXT), TEXT), 'Expect', '100-continue'),
  ),
  passes('no content, covered', COVERED, (desk) => addFields(post(desk, ''), 'Content-Length', '0')),
  refused(
    'other content than the covered',
    undefined,
    READ,
    (desk) => byLength(post(desk, TEXT), 'A small body'),
    { needs: 'reader' },
  ),
  refused(
    'more content than the covered',
    undefined,
    READ,
    (desk) => byLength(post(desk, TEXT), `${TEXT}!`),
    { needs: 'reader' },
  ),
  refused(
    'less content than the covered',
    undefined,
    READ,
    (desk) => byLength(post(desk, TEXT), TEXT.slice(1)),
    { needs: 'reader' },
  ),
  refused(
    'none of the covered content',
    undefined,
    READ,
    (desk) => addFields(post(desk, TEXT), 'Content-Length', '0'),
    { needs: 'reader' },
  ),
  refused(
    'other content in chunks',
    undefined,
    READ,
    (desk) => byChunks(post(desk, TEXT), 'A small ', 'body'),
    { needs: 'reader' },
  ),
  refused('another digest', 'mac', COVERED, (desk) =>
    byLength(setField(post(desk, TEXT), DIGEST, digestOf('other')), 'other'),
  ),
  refused('no digest, though it is covered', 'field-missing', COVERED, (desk) =>
    byLength(setField(post(desk, TEXT), DIGEST, undefined), TEXT),
  ),
  refused('a second digest, after', 'field-repeated', TWICE, (desk) =>
    byLength(addFields(post(desk, TEXT), DIGEST, digestOf('other')), 'other'),
  ),
  refused('a second digest, before', 'field-repeated', TWICE, (desk) =>
    byLength(addFirst(post(desk, TEXT), DIGEST, digestOf('other')), 'other'),
  ),
  refused(
    'a digest put in where none is covered',
    undefined,
    READ,
    (desk) => byLength(desk.sign({ method: 'POST', contentDigest: 'sha-256=:AAAA:' }), TEXT),
    { needs: 'reader' },
  ),
  refused(
    'a digest of another algorithm',
    undefined,
    READ,
    (desk) =>
      byLength(
        desk.sign({
          method: 'POST',
          contentDigest: `md5=:${createHash('md5').update(TEXT).digest('base64')}:`,
        }),
        TEXT,
      ),
    { needs: 'reader' },
  ),
  either('a digest in the trailer', undefined, 'most servers drop trailers', (desk) => {
    const attempt = byChunks(addFields(post(desk), 'Trailer', DIGEST), TEXT)
    return { ...attempt, body: attempt.body.replace(/\r\n$/, `${DIGEST}: ${digestOf('other')}\r\n\r\n`) }
  }),
  refused(
    'a signature in the trailer',
    'unsigned',
    'RFC 9421 section 2.1.4: trailers come after the decision',
    (desk) => {
      const attempt = byChunks({ ...desk.plain(desk.target, 'POST') }, TEXT)
      return { ...attempt, body: attempt.body.replace(/\r\n$/, 'Signature: sallyport=:AAAA:\r\n\r\n') }
    },
  ),
]
