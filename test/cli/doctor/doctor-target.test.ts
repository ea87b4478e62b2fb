import { describe, expect, test } from 'vitest'
import { findDoctorTarget } from '../../../src/cli/doctor/doctor-target.ts'
import type { Running } from '../../../src/cli/running.ts'

const RUNNING: Running = {
  edge: 'http://127.0.0.1:1',
  origin: 'http://127.0.0.1:2',
  log: 'l',
  keys: 'local.jwks.json',
  control: 'http://127.0.0.1:3',
  token: 't',
  operatorToken: 'o',
  policyKeys: 'p',
  baseline: 'b',
}
const FLAGS = { timeout: '10', rate: '50' }

describe('the origin that the doctor tries', () => {
  test('is the one of the local run unless one is named, with its keys and its probe', () => {
    expect(findDoctorTarget(undefined, FLAGS, RUNNING)).toEqual({
      ok: true,
      url: 'http://127.0.0.1:2',
      flags: { ...FLAGS, keys: 'local.jwks.json', unsigned: '/healthz' },
    })
  })

  test('is the local one with other keys or another probe when those are named', () => {
    const flags = { ...FLAGS, keys: 'mine.jwks.json', unsigned: '/ready' }
    expect(findDoctorTarget(undefined, flags, RUNNING)).toMatchObject({ url: 'http://127.0.0.1:2', flags })
  })

  test('is the one that is named, and then the keys of the local run are not used', () => {
    const flags = { ...FLAGS, keys: 'mine.jwks.json' }
    expect(findDoctorTarget('https://origin.example', flags, RUNNING)).toEqual({
      ok: true,
      url: 'https://origin.example',
      flags,
    })
    const without = findDoctorTarget('https://origin.example', FLAGS, RUNNING)
    expect(without).toMatchObject({ ok: false, message: expect.stringContaining('--keys is missing') })
  })

  test.each([undefined, { ...RUNNING, origin: 'https://elsewhere.example' }])(
    'is none without a local run, nor where a folder from elsewhere says that one is: %o',
    (running) => {
      const target = findDoctorTarget(undefined, FLAGS, running)
      expect(target).toMatchObject({ ok: false, message: expect.stringContaining('npm start') })
    },
  )
})
