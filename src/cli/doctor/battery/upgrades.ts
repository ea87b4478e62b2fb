/** Upgrades: what follows one is not checked any more, so the request for it has to be. */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf, SPOOF } from '../battery-case.ts'
import { addFields, editSignature } from '../edit-attempt.ts'

const { refused, either } = casesOf('upgrade')

const WEBSOCKET = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Version', '13'] as const
const KEY = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='] as const
const H2C = [
  'Connection',
  'Upgrade, HTTP2-Settings',
  'Upgrade',
  'h2c',
  'HTTP2-Settings',
  'AAMAAABkAARAAAAAAAIAAAAA',
] as const

const asWebSocket = (attempt: Attempt): Attempt => addFields(attempt, ...WEBSOCKET, ...KEY)

const TUNNEL = 'servers hand upgrades past the usual handlers'
const H2C_TUNNEL = 'RFC 9113 section 3.1: after h2c every request in the tunnel is unseen'

export const UPGRADES: readonly BatteryCase[] = [
  refused('an unsigned WebSocket', 'unsigned', TUNNEL, (desk) => asWebSocket(desk.plain())),
  refused('a WebSocket with a wrong signature', 'mac', TUNNEL, (desk) =>
    asWebSocket(editSignature(desk.sign(), (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1))),
  ),
  refused('a WebSocket signed for another path', 'mac', TUNNEL, (desk) =>
    asWebSocket({ ...desk.sign({ path: '/doctor/other' }), target: desk.target }),
  ),
  refused('a WebSocket again', 'replayed', TUNNEL, (desk) => asWebSocket(desk.sign()), {
    before: (attempt) => attempt,
  }),
  refused('an unsigned h2c', 'unsigned', H2C_TUNNEL, (desk) => addFields(desk.plain(), ...H2C)),
  either('a signed h2c', undefined, H2C_TUNNEL, (desk) => ({
    ...addFields(desk.sign(), ...H2C),
    body: `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${SPOOF}`,
  })),
  either('a signed upgrade to something unknown', undefined, TUNNEL, (desk) =>
    addFields(desk.sign(), 'Connection', 'Upgrade', 'Upgrade', 'doctor/1'),
  ),
  refused('HTTP/2 without an upgrade', undefined, 'RFC 9113 section 3.3', (desk) => ({
    ...desk.plain(),
    text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000',
  })),
]
