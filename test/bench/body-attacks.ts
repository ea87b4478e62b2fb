/** Bodies made to hurt, and honest ones: what the benchmark of bodies sends. */
import { constants, createGzip, gzipSync } from 'node:zlib'

export interface Sample {
  readonly name: string
  readonly type?: string
  readonly coding?: string
  readonly body: Buffer
}

/** About 1 MB that becomes 1 GB. */
async function createBomb(): Promise<Buffer> {
  const gzip = createGzip({ level: constants.Z_BEST_COMPRESSION })
  const pieces: Buffer[] = []
  gzip.on('data', (piece: Buffer) => pieces.push(piece))
  const ended = new Promise((resolve) => gzip.on('end', resolve))
  const zeros = Buffer.alloc(1 << 20)
  for (let i = 0; i < 1024; i++)
    if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve))
  gzip.end()
  await ended
  return Buffer.concat(pieces)
}

const JSON_TYPE = 'application/json'
const XML_TYPE = 'application/xml'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW'

export async function createAttacks(): Promise<readonly Sample[]> {
  const bomb = await createBomb()
  const keys = Array.from({ length: 200_000 }, (_, i) => `"key${i}":1`).join()
  const entities = Array.from(
    { length: 9 },
    (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i === 0 ? '' : i};`.repeat(10)}">`,
  ).join('')
  const attributes = Array.from({ length: 100_000 }, (_, i) => ` a${i}="1"`).join('')
  return [
    { name: 'gzip, 1 MB that becomes 1 GB', coding: 'gzip', body: bomb },
    { name: 'the same, gzipped again', coding: 'gzip, gzip', body: gzipSync(bomb) },
    {
      name: 'deflate, 1 MB of empty blocks',
      coding: 'deflate',
      body: Buffer.from(`789c${'000000ffff'.repeat(200_000)}010000ffff00000001`, 'hex'),
    },
    {
      name: 'gzip, 50,000 empty members',
      coding: 'gzip',
      body: Buffer.concat(Array(50_000).fill(gzipSync(''))),
    },
    { name: 'JSON, 1,000,000 times [', type: JSON_TYPE, body: Buffer.alloc(1_000_000, '[') },
    { name: 'JSON, 200,000 keys in one object', type: JSON_TYPE, body: Buffer.from(`{${keys}}`) },
    { name: 'JSON, 1,000,000 values', type: JSON_TYPE, body: Buffer.from(`[${'1,'.repeat(999_999)}1]`) },
    { name: 'JSON, one string of 10 MB', type: JSON_TYPE, body: Buffer.from(`"${'a'.repeat(10_000_000)}"`) },
    {
      name: 'JSON, 1 MB of escapes in a string',
      type: JSON_TYPE,
      body: Buffer.from(`"${'\\u0061'.repeat(170_000)}"`),
    },
    {
      name: 'XML, billion laughs',
      type: XML_TYPE,
      body: Buffer.from(
        `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${entities}]><lolz>&lol9;</lolz>`,
      ),
    },
    {
      name: 'XML, 100,000 elements deep',
      type: XML_TYPE,
      body: Buffer.from(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`),
    },
    { name: 'XML, 100,000 attributes', type: XML_TYPE, body: Buffer.from(`<a${attributes}/>`) },
    { name: 'form, 1,000,000 fields', type: FORM_TYPE, body: Buffer.from(`${'a=1&'.repeat(999_999)}a=1`) },
    {
      name: 'multipart, 100,000 parts',
      type: `multipart/form-data; boundary=${BOUNDARY}`,
      body: Buffer.from(`--${BOUNDARY}\r\n\r\n\r\n`.repeat(100_000)),
    },
  ]
}

function createRecord(i: number): object {
  return {
    id: i,
    name: `User ${i}`,
    email: `user${i}@example.com`,
    tags: ['a', 'b', 'c'],
    active: i % 2 === 0,
    score: i * 1.37,
    address: { street: `Main St ${i}`, city: 'Springfield' },
    about: `Nothing to be said of number ${i} that could not be said of any other, in some other way.`,
  }
}

/** About 1 MB each. */
export function createHonest(): readonly Sample[] {
  const json = Buffer.from(JSON.stringify(Array.from({ length: 4200 }, (_, i) => createRecord(i))))
  const text = Buffer.from(JSON.stringify({ text: 'Nothing much, in so many words. '.repeat(32_000) }))
  const users = Array.from(
    { length: 7500 },
    (_, i) =>
      `<user id="${i}" active="true"><name>User ${i}</name><note>Nothing to be said of number ${i}.</note></user>`,
  )
  let state = 1
  const noise = Buffer.alloc(1_000_000).map(() => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223
    return state >>> 24
  })
  return [
    { name: 'JSON, 4,200 records', type: JSON_TYPE, body: json },
    { name: 'JSON, one long text', type: JSON_TYPE, body: text },
    { name: 'the records in gzip', type: JSON_TYPE, coding: 'gzip', body: gzipSync(json) },
    { name: 'XML, 7,500 records', type: XML_TYPE, body: Buffer.from(`<users>${users.join('')}</users>`) },
    {
      name: 'form, 900 fields',
      type: FORM_TYPE,
      body: Buffer.from(`field=${'x'.repeat(1100)}&`.repeat(900)),
    },
    {
      name: 'multipart, one file',
      type: `multipart/form-data; boundary=${BOUNDARY}`,
      body: Buffer.concat([
        Buffer.from(`--${BOUNDARY}\r\n\r\n`),
        noise,
        Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
      ]),
    },
  ]
}
