import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../e2e/run-node.ts'
import { readBlocks, readPage, readTable } from './page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const page = readPage('signature.md')
const examples = readBlocks(page, ['ts'])

/** The published subpaths, as they are in this checkout. */
const SUBPATHS: Readonly<Record<string, string>> = {
  'sallyport/signature': 'src/signature/general/signature.ts',
  'sallyport/signature/keys': 'src/signature/general/webcrypto-key.ts',
  'sallyport/signature/message': 'src/signature/general/read-message.ts',
  'sallyport/signature/digest': 'src/signature/general/content-digest.ts',
}

const withSources = (code: string): string =>
  code.replace(/'(sallyport\/[a-z/]+)'/g, (_all, name: string) => `'${join(ROOT, SUBPATHS[name] ?? name)}'`)

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const ENV = {
  SIGNING_KEY: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'partner-1' }),
  PARTNER_KEY: JSON.stringify(publicKey.export({ format: 'jwk' })),
  PROXY_KEY: JSON.stringify({ kty: 'oct', k: randomBytes(32).toString('base64url'), kid: 'proxy' }),
}

/** Uses the examples' functions as a reader would, and prints what came of it. */
const DRIVER = `
import { addSignature } from './proxy.mts'
import { isAnswerTo, signAnswer } from './response.mts'
import { postSigned } from './sign.mts'
import { server } from './verify.mts'

await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
const { port } = server.address()
const url = 'http://127.0.0.1:' + port + '/orders?id=7'
console.log(await (await postSigned(url, { item: 1 })).text())
const unsigned = await fetch(url, { method: 'POST', body: '{}' })
console.log(unsigned.status)

const send = globalThis.fetch
let sent
globalThis.fetch = async (url, init) => {
  sent = { url, ...init }
  return send(url, { ...init, body: init.body + ' ' })
}
console.log((await postSigned(url, { item: 1 })).status)
globalThis.fetch = send
const { url: _url, ...init } = sent
console.log((await send(url, init)).status, (await send(url, init)).status)
server.close()
server.closeAllConnections()

const request = new Request(url, init)
request.headers.set('Forwarded', 'for=192.0.2.1')
const proxied = await addSignature(request)
console.log(proxied.headers.get('Signature').replace(/:[^:]*:/g, 'x'))

const asked = new Request('https://api.example/a')
const answer = await signAnswer(new Response('{}', { headers: { 'Content-Type': 'text/plain' } }), asked)
console.log(await isAnswerTo(asked, answer), await isAnswerTo(new Request('https://api.example/b'), answer))
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-signature-'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Each example begins with the name of its file. */
async function writeExamples(edit: (code: string) => string): Promise<void> {
  for (const code of examples) {
    const [, name = ''] = /^\/\/ (\w+\.mts)$/m.exec(code) ?? []
    await writeFile(join(folder, name), edit(code))
  }
}

describe('docs/signature.md', () => {
  test('has examples that have no type error under the strictest settings', async () => {
    expect(examples).toHaveLength(4)
    await writeExamples((code) => code)
    const paths = Object.fromEntries(
      Object.entries(SUBPATHS).map(([name, path]) => [name, [join(ROOT, path)]]),
    )
    const config = {
      extends: join(ROOT, 'src/origin/tsconfig.json'),
      compilerOptions: { types: ['node'], isolatedDeclarations: false, declaration: false, paths },
      include: ['*.mts'],
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
    const status = await tsc.ended
    expect([status, tsc.out() + tsc.err()]).toEqual([0, ''])
  })

  test('has examples that do what they say', async () => {
    await writeExamples(withSources)
    await writeFile(join(folder, 'driver.mjs'), DRIVER)
    const driver = run([join(folder, 'driver.mjs')], { env: ENV })
    expect([await driver.ended, driver.out(), driver.err()]).toEqual([
      0,
      'accepted\n\n401\n401\n200 401\nsig1=x, proxy=x\ntrue false\n',
      'refused: unsigned\nrefused: digest: mismatch\nrefused: replayed\n',
    ])
  })

  test('names every subpath', () => {
    expect(readTable(page, '# HTTP Message Signatures for everybody else').map(([name]) => name)).toEqual(
      Object.keys(SUBPATHS).map((name) => `\`${name}\``),
    )
  })

  test('explains every failure, and no other', () => {
    const text = readFileSync(join(ROOT, 'src/signature/general/failure.ts'), 'utf8')
    const failures = [...text.matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map(([, failure = '']) => failure)
    const explained = readTable(page, '## When it fails').flatMap(([cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    )
    expect(failures.length).toBeGreaterThan(20)
    expect([...explained].sort()).toEqual([...failures].sort())
  })

  test('explains every part of a policy, and no other', () => {
    const text = readFileSync(join(ROOT, 'src/signature/general/signature.ts'), 'utf8')
    const [, body = ''] = /export interface VerificationPolicy \{([\s\S]*?)\n\}/.exec(text) ?? []
    const names = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => `\`${name}\``)
    expect(readTable(page, '## Verify a request').map(([name]) => name)).toEqual(names)
  })
})
