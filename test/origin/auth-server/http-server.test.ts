import { expect, test } from 'vitest'
import type { Decide } from '../../../src/origin/auth-server/decide.ts'
import { createHttpServer } from '../../../src/origin/auth-server/http-server.ts'
import type { Verified } from '../../../src/origin/outcome.ts'
import { CLIENT, NOW, VERDICT } from '../../signature/fixtures.ts'
import { closeServer, listen } from '../apps.ts'
import { sendRaw } from '../raw-client.ts'

const admitted = (host: string): Verified => ({
  ok: true,
  signed: true,
  client: { ...CLIENT, host },
  verdict: VERDICT,
  requestId: 'abcdefgh',
  keyid: 'k',
  nonce: 'n',
  created: NOW,
  expires: NOW + 1,
})

const QUESTION = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

test.each<[string, Decide]>([
  [
    'a decision that throws',
    () => {
      throw new Error('a defect')
    },
  ],
  ['a decision that rejects', () => Promise.reject(new Error('a defect'))],
  ['a fact that no field can hold', () => admitted('a\r\nSet-Cookie: b')],
  ['a fact that no field can hold, known later', () => Promise.resolve(admitted('\u{1f600}'))],
])('%s is a refusal and ends nothing', async (_name, faulty) => {
  let malformed = 0
  let decide: Decide = faulty
  const server = createHttpServer({
    readOriginal: (asked) => asked,
    decide: (original) => decide(original),
    facts: [],
    onMalformed: () => {
      malformed++
    },
  })
  const port = await listen(server)
  const response = await sendRaw(port, QUESTION)
  expect([response.status, malformed]).toEqual([403, 1])
  expect(response.head).not.toMatch(/set-cookie|x-real-ip/i)
  decide = () => admitted('a.example')
  expect((await sendRaw(port, QUESTION)).status).toBe(200)
  await closeServer(server)
})
