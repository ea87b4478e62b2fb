import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Pointer, SignedPointer } from '../../../src/bundle/delivery.ts'
import { executePublish } from '../../../src/cli/publish/execute-publish.ts'
import type { RawPublishFlags } from '../../../src/cli/publish/publish-flags.ts'
import { executeStatus } from '../../../src/cli/status.ts'
import { type OpenShell, openShell } from './open-shell.ts'

let opened: OpenShell

beforeEach(async () => {
  opened = await openShell()
})
afterEach(() => opened.close())

const publish = (raw?: Partial<RawPublishFlags>, shell = opened.shell): Promise<number> =>
  executePublish(opened.flags(raw), shell)

const pathOf = (key: string): string => join(opened.wrangler.folder, 'values', encodeURIComponent(key))

function pointer(): Pointer {
  const signed: SignedPointer = JSON.parse(readFileSync(pathOf('pointer'), 'utf8'))
  return JSON.parse(Buffer.from(signed.payload, 'base64url').toString('utf8'))
}

const writes = (): number =>
  opened.wrangler.calls().filter(([, , verb = '', ...rest]) => verb === 'put' || rest.includes('put')).length

const LIMITS = 'limits:\n  - { id: login, characteristics: [ip.src], period: 10s, requests_per_period: 1 }\n'

describe('publish --remote', () => {
  test('writes contents, history and pointer with who, when and why', async () => {
    expect(await publish({ message: 'the first' })).toBe(0)
    expect(pointer()).toMatchObject({ serial: 1, issued_at: Date.UTC(2026, 10, 22, 12) / 1000 })
    const printed = opened.printed()
    expect(printed).toMatch(/^wrangler kv bulk put /m)
    expect(printed).toMatch(/^wrangler kv key put pointer /m)
    expect(printed).toContain('Nothing is published yet')
    expect(printed).toContain('Published serial 1')
    await executeStatus({ remote: true, binding: 'RULES' }, opened.shell)
    expect(opened.printed()).toMatch(/1 {2}2026-11-22T12:00:00\.000Z {2}publish .* someone .* the first/)
  })

  test('publishes a change with the next serial, says what changes, and can go back', async () => {
    await publish()
    const first = pointer()
    await opened.write('limits.yaml', LIMITS)
    opened.printed()
    expect(await publish()).toBe(0)
    expect(opened.printed()).toMatch(/^(?![\s\S]*Nothing is published yet)[\s\S]*~ limit login:/)
    expect(pointer()).toMatchObject({ serial: 2, previous: first.active })
    expect(await publish({ rollback: '1' })).toBe(0)
    expect(pointer()).toMatchObject({ serial: 3, active: first.active })
  })

  test('leads a candidate through shadow and percent to all', async () => {
    await publish()
    await opened.write('limits.yaml', LIMITS)
    expect(await publish({ shadow: true })).toBe(0)
    const { rollout, active } = pointer()
    expect(rollout).toMatchObject({ mode: 'shadow' })
    // Without --policy the candidate goes on, whatever the folder holds by now.
    await opened.write('limits.yaml', 'limits: []\n')
    const { policy: _folder, ...noFolder } = opened.flags({ percent: '20' })
    expect(await executePublish(noFolder, opened.shell)).toBe(0)
    expect(pointer().rollout).toEqual({ ...rollout, mode: 'percent', percent: 20 })
    expect(await publish({ promote: true })).toBe(0)
    expect(pointer()).toMatchObject({ serial: 4, active: rollout?.candidate, previous: active })
    expect(pointer().rollout).toBeUndefined()
  })

  test('ends a rollout by a rollback to what is active', async () => {
    await publish()
    await opened.write('limits.yaml', LIMITS)
    await publish({ percent: '50' })
    const { active } = pointer()
    expect(await publish({ rollback: '2' })).toBe(0)
    expect(pointer()).toMatchObject({ serial: 3, active })
    expect(pointer().rollout).toBeUndefined()
  })

  test('switches a stage off and on', async () => {
    await publish()
    await publish({ kill: 'limits' })
    expect(pointer().kill).toEqual(['limits'])
    await publish({ unkill: 'limits' })
    expect(pointer().kill).toBeUndefined()
  })

  test('gives the pointer an end when asked to', async () => {
    await publish({ expires: '12h' })
    expect(pointer().not_after).toBe(pointer().issued_at + 12 * 3600)
  })

  test('with --dry-run says what would be, and writes nothing', async () => {
    expect(await publish({ dryRun: true })).toBe(0)
    expect(opened.printed()).toMatch(/Serial 1[\s\S]*Dry run: nothing was written\./)
    expect(writes()).toBe(0)
  })
})

test('a version that is active already is no mistake, and writes nothing', async () => {
  await publish()
  const before = writes()
  expect(await publish()).toBe(0)
  expect(opened.printed()).toContain('is active already')
  expect(writes()).toBe(before)
})

describe('publish refuses', () => {
  test.each([
    [{ promote: true }, 1, 'no candidate to promote'],
    [{ rollback: '7' }, 1, 'roll back to'],
    [{ kill: 'limits' }, 1, 'sallyport publish'],
    [{ percent: '5', shadow: true }, 2, 'Give one of'],
    [{ wranglerLocal: true }, 2, '--wrangler-local'],
  ] as const)('%j with status %i on an empty store, and writes nothing', async (raw, status, words) => {
    expect(await publish(raw)).toBe(status)
    expect(opened.printed()).toContain(words)
    expect(writes()).toBe(0)
  })

  test('a policy with problems, with their places', async () => {
    await opened.write('limits.yaml', 'limits:\n  - id: login\n    period: 10x\n')
    expect(await publish()).toBe(1)
    expect(opened.printed()).toMatch(/limits\.yaml:3:\d+: error: [\s\S]*nothing was published/)
    expect(writes()).toBe(0)
  })

  test('a policy whose tests fail', async () => {
    const shell = { ...opened.shell, testPolicy: async () => ['login is blocked: it passes'] }
    expect(await publish({}, shell)).toBe(1)
    expect(opened.printed()).toMatch(/login is blocked: it passes[\s\S]*nothing was published/)
    expect(writes()).toBe(0)
  })

  test('a policy that check calls too expensive', async () => {
    const expression = 'http.user_agent matches "(?:a|b)*[ac]{1100}x"'
    await opened.write(
      'custom.yaml',
      `rules:\n  - id: slow\n    expression: '${expression}'\n    action: block\n`,
    )
    expect(await publish()).toBe(1)
    expect(opened.printed()).toMatch(/custom\.yaml:3:\d+: error: [\s\S]*steps[\s\S]*nothing was published/)
    expect(writes()).toBe(0)
  })

  test('to build on a pointer that others signed, unless told to replace it', async () => {
    await publish()
    await publish({ kill: 'rules' })
    opened.printed()
    expect(await publish({}, opened.stranger())).toBe(1)
    expect(opened.printed()).toMatch(/is not accepted[\s\S]*--replace/)
    expect(pointer().serial).toBe(2)
    expect(await publish({ replace: true }, opened.stranger())).toBe(0)
    // The history is not signed, but a serial that was seen is never used again.
    expect(pointer().serial).toBe(3)
  })

  test('to roll back to a history entry that is not what its key says', async () => {
    await publish()
    await opened.write('limits.yaml', LIMITS)
    await publish()
    await writeFile(pathOf('history/1'), await readFile(pathOf('history/2')))
    expect(await publish({ rollback: '1' })).toBe(1)
    expect(opened.printed()).toContain('The history has no serial 1')
  })

  test('without keys, and says how to make them', async () => {
    const shell = { ...opened.shell, environment: {} }
    expect(await publish({ keys: join(opened.folder, 'none.jwks.json') }, shell)).toBe(1)
    expect(opened.printed()).toContain('sallyport keys policy new')
  })

  test('to sign with the public set', async () => {
    expect(await publish({ keys: join(opened.folder, 'keys/policy.public.jwks.json') })).toBe(1)
    expect(opened.printed()).toContain('policy.jwks.json')
    expect(writes()).toBe(0)
  })

  test('without a local edge, and says how to start or reach one', async () => {
    expect(await publish({ remote: false })).toBe(1)
    expect(opened.printed()).toMatch(/npm start.*--remote/)
  })
})

describe('a publication that breaks off', () => {
  test('between contents and pointer changes nothing that is active, and the next one goes past it', async () => {
    await publish()
    await opened.write('limits.yaml', LIMITS)
    await opened.wrangler.fail('kv key put')
    expect(await publish()).toBe(1)
    expect(opened.printed()).toContain('Authentication error')
    expect(pointer().serial).toBe(1)
    await opened.wrangler.fail('')
    opened.printed()
    expect(await publish()).toBe(0)
    expect(pointer().serial).toBe(3)
    expect(opened.printed()).toContain('in the store already')
  })
})

describe('two publications at the same time', () => {
  test('are told to the one that was overwritten', async () => {
    await publish()
    await opened.write('limits.yaml', LIMITS)
    const { shell } = opened
    const racing = {
      ...shell,
      wrangler: async (args: readonly string[]) => {
        const result = await shell.wrangler(args)
        // The other publication has not seen this one, and its pointer is written just after this one's.
        if (args.join(' ').startsWith('kv key put pointer')) {
          await writeFile(pathOf('pointer'), await readFile(pathOf('history/1')))
          await publish({ kill: 'rules', replace: true })
        }
        return result
      },
    }
    expect(await publish({}, racing)).toBe(1)
    expect(opened.printed()).toContain('Somebody else published serial 3 at the same time')
  })
})

describe('status --remote', () => {
  const status = (flags = {}) => executeStatus({ remote: true, binding: 'RULES', ...flags }, opened.shell)

  test('says that nothing is published', async () => {
    expect(await status()).toBe(0)
    expect(opened.printed()).toContain('nothing is published')
  })

  test('fails on a pointer that is not accepted', async () => {
    await publish()
    const signed = JSON.parse(await readFile(pathOf('pointer'), 'utf8'))
    await writeFile(
      pathOf('pointer'),
      JSON.stringify({ ...signed, signature: `AAAA${signed.signature.slice(4)}` }),
    )
    opened.printed()
    expect(await status()).toBe(1)
    expect(opened.printed()).toContain('NOT ACCEPTED')
  })

  test('says when the edge that it is to ask does not answer', async () => {
    expect(await status({ edge: 'http://127.0.0.1:1' })).toBe(0)
    expect(opened.printed()).toMatch(/^Edge +http:\/\/127\.0\.0\.1:1 does not show its health\. /m)
    await status({ edge: 'http://127.0.0.1:1', json: true })
    expect(JSON.parse(opened.printed())).toMatchObject({ asked: 'http://127.0.0.1:1', edge: null })
  })

  test('checks with the public set alone', async () => {
    await publish()
    opened.printed()
    expect(await status({ keys: join(opened.folder, 'keys/policy.public.jwks.json'), json: true })).toBe(0)
    expect(JSON.parse(opened.printed())).toMatchObject({ pointer: { serial: 1 }, fault: null, edge: null })
  })

  test('shows the ten last of a longer history', async () => {
    await publish()
    for (let i = 0; i < 6; i++) {
      await publish({ kill: 'limits' })
      await publish({ unkill: 'limits' })
    }
    opened.printed()
    await status({ json: true })
    const { history } = JSON.parse(opened.printed())
    expect(history.map(({ serial }: { serial: number }) => serial)).toEqual([
      13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
    ])
  })
})
