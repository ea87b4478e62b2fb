/** Requests of 64 KiB that try to make a verifier work for nothing. */
import { createHash } from 'node:crypto'
import type { Received } from '../../src/signature/verify.ts'
import { addField, getField, sendFromEdge, setField } from './edge.ts'

const SIZE = 65_536

export interface HostileRequest {
  readonly name: string
  readonly received: Received
}

const fill = (text: string): string => text.repeat(Math.ceil(SIZE / text.length)).slice(0, SIZE)

/** As many fields as are looked at, of 64 KiB together. */
function flood(received: Received, name: (i: number) => string, value: string): Received {
  const count = 990
  const fields = Array.from({ length: count }, (_, i) => [
    name(i),
    value.padEnd(SIZE / count - name(i).length, 'a'),
  ])
  return { ...received, fields: [...received.fields, ...fields.flat()] }
}

/** All are made from one rightly signed request; where nothing signed is changed, it is let in once. */
export async function createHostileRequests(created: number): Promise<HostileRequest[]> {
  const right = await sendFromEdge({ created })
  const input = getField(right, 'Signature-Input')
  const signature = getField(right, 'Signature')
  const set = (name: string, value: string): Received => setField(right, name, value)
  const labels = Array.from({ length: 250 }, (_, i) => input.replace('sallyport', `l${i}`)).join(', ')
  const wrong = createHash('sha256').update('wrong').digest('base64')
  const requests: Record<string, Received> = {
    'hundreds of labels': set('Signature-Input', labels),
    'a label many times': set('Signature-Input', fill(`${input}, `)),
    'one long signature input': set('Signature-Input', input.replace('"@method"', fill('"@method" '))),
    'a long key id': set('Signature-Input', input.replace('keyid="', `keyid="${fill('k')}`)),
    'a long nonce': set('Signature-Input', input.replace('nonce="', `nonce="${fill('A')}`)),
    'long digits': set('Signature-Input', input.replace('created=', `created=${fill('1')}`)),
    'a long signature': set('Signature', `sallyport=:${fill('A')}:`),
    'hundreds of signatures': set('Signature', fill(`${signature}, `)),
    'signature fields by the thousand': flood(right, () => 'Signature', 'a=:AA==:'),
    'twins by the thousand': flood(right, (i) => `Signature_${i}`, 'a'),
    'almost twins by the thousand': flood(right, (i) => `Sallyportal-${i}`, 'a'),
    'content fields by the thousand': flood(right, (i) => `Content-${i}_`, 'a'),
    'a long name': addField(right, fill('sallyport'), 'a'),
    'a long odd name': addField(right, `Content${fill('_')}`, 'a'),
    'a connection of many names': addField(right, 'Connection', fill('a, ')),
    'a connection of commas': addField(right, 'Connection', fill(',')),
    'many connections': flood(right, () => 'Connection', 'a'),
    'blanks around a name of a connection': addField(right, 'Connection', `${fill(' \t')}x${fill(' ')}y`),
    'blanks around a value': set('Sallyport-Client', `${fill(' ')}x${fill('\t')}y`),
    'a long client': set('Sallyport-Client', fill('ip="1.1.1.1", ')),
    'a client of colons': set('Sallyport-Client', `ip="${fill(':')}`),
    'a verdict of ids': set('Sallyport-Verdict', fill('action=pass, policy="a", route="a", log=("a" ')),
    'a long request id': set('Sallyport-Request-Id', `"${fill('a')}`),
    'a long host': set('Host', fill('a.')),
    'a long target': { ...right, target: `/${fill('a?')}` },
    'a long method': { ...right, method: fill('G') },
    'a wrong signature with a long client': setField(
      set('Signature', `sallyport=:${wrong}:`),
      'Sallyport-Client',
      fill('a'),
    ),
    'fields by the thousand that are none of ours': flood(right, (i) => `X-${i}`, 'a'),
    'more fields than are looked at': addField(
      flood(right, (i) => `Content-${i}`, 'a'),
      'a',
      'a',
    ),
    'the shortest fields there are': {
      ...right,
      fields: [...right.fields, ...Array.from({ length: SIZE / 5 }, () => ['a', '']).flat()],
    },
    'digests by the thousand': flood(right, () => 'Content-Digest', 'a'),
  }
  return Object.entries(requests).map(([name, received]) => ({ name, received }))
}
