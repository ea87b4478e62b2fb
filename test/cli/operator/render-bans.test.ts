import { describe, expect, test } from 'vitest'
import { renderBans } from '../../../src/cli/bans/render-bans.ts'
import { formatTimeLeft } from '../../../src/cli/operator/time-left.ts'
import { makeBan, NOW } from '../../ingress/dos/make-ban.ts'

describe('the list of bans', () => {
  test('lines its columns up and counts how often', () => {
    const bans = [
      makeBan({ id: 'a'.repeat(16), key: '192.0.2.1', by: 'detection', strikes: 3 }),
      makeBan({ id: 'b'.repeat(16), level: 'network', key: '2001:db8::/48', action: 'log', by: 'limit' }),
    ]
    expect(renderBans(bans, 'https://www.example.com', NOW)).toBe(
      [
        '2 ban(s) at https://www.example.com',
        'aaaaaaaaaaaaaaaa  address  192.0.2.1      block  60 s left  detection (3. time)  It sends too much.',
        'bbbbbbbbbbbbbbbb  network  2001:db8::/48  log    60 s left  limit                It sends too much.',
      ].join('\n'),
    )
  })

  test('shows no control characters of what strangers have named', () => {
    expect(renderBans([makeBan({ level: 'tls', key: 'x\u001b[31m' })], 'here', NOW)).not.toContain('\u001b')
  })

  test.each([
    [-5, '0 s'],
    [90_000, '90 s'],
    [30 * 60_000, '30 min'],
    [3 * 3_600_000, '3 h'],
    [7 * 86_400_000, '7 days'],
  ])('says of %i milliseconds: %s', (milliseconds, text) => {
    expect(formatTimeLeft(milliseconds)).toBe(text)
  })
})
