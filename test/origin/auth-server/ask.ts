/** A load balancer's part in the auth server's tests: puts a client's request the way its mode asks. */
import { connect } from 'node:net'
import type { Protocol, ServerMode } from '../../../src/origin/auth-server/modes.ts'
import type { Received } from '../../../src/signature/verify.ts'
import { getField, toWire } from '../edge.ts'
import { type RawResponse, sendRaw } from '../raw-client.ts'

const FRAMING = ['content-length', 'transfer-encoding', 'connection']

/** Spaces and tabs only, as proxies do it (RFC 9110 section 5.6.3): `trim` takes away control bytes as well. */
export function trimBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '')
}

function without(fields: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    if (!names.includes(name.toLowerCase())) kept.push(name, fields[i + 1] ?? '')
  }
  return kept
}

/** All values of one field, the way proxies join them. */
function join(received: Received, name: string): string {
  const values = received.fields.filter(
    (_, i) => i % 2 === 1 && received.fields[i - 1]?.toLowerCase() === name.toLowerCase(),
  )
  return values.map(trimBlanks).join(', ')
}

function askAtDoor(received: Received): Received {
  const fields = without(received.fields, ['host', ...FRAMING])
  fields.push('Host', 'sallyport', 'Sallyport-Door-Method', received.method)
  fields.push(
    'Sallyport-Door-Target',
    received.target,
    'Sallyport-Door-Host',
    trimBlanks(getField(received, 'Host')),
  )
  const framing = `${join(received, 'Content-Length')};${join(received, 'Transfer-Encoding')}`
  fields.push('Sallyport-Door-Framing', framing)
  const connection = join(received, 'Connection')
  if (connection !== '') fields.push('Sallyport-Door-Connection', connection)
  return { method: 'GET', target: '/', fields }
}

/** What a load balancer of this mode sends for a client's request. */
export function askAs(mode: ServerMode, received: Received): Received {
  const host = trimBlanks(getField(received, 'Host'))
  const fields = without(received.fields, ['host', ...FRAMING])
  switch (mode) {
    case 'nginx-auth-request':
    case 'apache':
      return askAtDoor(received)
    case 'caddy':
    case 'traefik':
      fields.push('Host', host, 'X-Forwarded-Method', received.method)
      fields.push('X-Forwarded-Uri', received.target, 'X-Forwarded-Host', host)
      return { method: 'GET', target: '/verify', fields }
    case 'ingress-nginx':
      fields.push('Host', 'sallyport.default.svc', 'X-Original-Method', received.method)
      fields.push('X-Original-URL', `http://${host}${received.target}`)
      return { method: 'GET', target: '/', fields }
    case 'envoy':
    case 'envoy-gateway':
    case 'gateway-api':
      fields.push('Host', host, 'Content-Length', '0')
      return { method: received.method, target: `/verify${received.target}`, fields }
  }
}

/** Modes whose question says how the client framed its request; elsewhere that is for the load balancer. */
export function tellsFraming(mode: ServerMode, protocol: Protocol): boolean {
  return mode === 'nginx-auth-request' || mode === 'apache' || protocol === 'grpc'
}

export function portIn(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}

/** Asks over a connection of its own. */
export function ask(address: string, question: Received): Promise<RawResponse> {
  const wire = toWire({ ...question, fields: [...question.fields, 'Connection', 'close'] })
  return address.startsWith('unix:') ? sendToSocket(address.slice(5), wire) : sendRaw(portIn(address), wire)
}

function sendToSocket(path: string, wire: string): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('latin1')
    socket.on('connect', () => socket.write(wire, 'latin1'))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n')
      resolve({ status: Number(head.slice(9, 12)), head, body })
    })
  })
}
