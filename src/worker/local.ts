/**
 * The Worker as `npm start` and the tests run it: on this machine there is no front line that says who the
 * client is, so the socket does, and a header can play another client. This file is not part of a deployment.
 * @module
 */
import baseline from '../../dist/baseline.bin'
import type { EdgeProperties } from '../http/facts.ts'
import type { HeaderScan } from '../http/headers.ts'
import { type ClientSource, clientFacts, type RequestProperties } from './client-facts.ts'
import { createEdge, type Edge } from './edge.ts'

export { ChallengeObject } from './challenge-object.ts'
export { ControlObject } from './control-object.ts'
export { CounterObject } from './counter-object.ts'
export { WatchObject } from './watch-object.ts'

/** The runtime's own property: address and port of the socket's other end. */
interface SocketProperties extends RequestProperties {
  readonly clientIp?: unknown
}

/** What a simulated client can have besides address, country, ASN and data centre: names of `request.cf`. */
const PLAYED = [
  'city',
  'continent',
  'region',
  'regionCode',
  'postalCode',
  'metroCode',
  'timezone',
  'latitude',
  'longitude',
  'isEUCountry',
  'tlsCipher',
  'tlsClientCiphersSha1',
  'tlsClientExtensionsSha1',
  'clientAcceptEncoding',
  'verifiedBotCategory',
]

/** What Bot Management says of a simulated client: names of `request.cf.botManagement`. */
const PLAYED_BOT = ['score', 'ja3Hash', 'ja4']
const PLAYED_BOT_FLAGS = ['verifiedBot', 'signedAgent', 'corporateProxy']

/** `Sallyport-Simulate: ip=203.0.113.7; country=DE; asn=64500; colo=FRA; city=Berlin` */
function readSimulation(headers: HeaderScan): ReadonlyMap<string, string> {
  const members = (headers.get('sallyport-simulate') ?? '').slice(0, 512).split(';')
  return new Map(
    members.map((member) => {
      // A hash in base64 ends with `=`: the first one separates.
      const [name = '', ...value] = member.split('=')
      return [name.trim(), value.join('=').trim()]
    }),
  )
}

const readLocalClient: ClientSource = (headers, properties) => {
  const played = readSimulation(headers)
  const asn = played.get('asn')
  const facts = clientFacts(played.get('ip') ?? socketAddress(properties), {
    country: played.get('country'),
    asn: asn === undefined ? undefined : Number(asn),
    colo: played.get('colo'),
    tlsVersion: played.get('tlsVersion'),
    httpProtocol: played.get('httpProtocol') ?? properties?.httpProtocol,
  })
  // The runtime makes up the rest of `request.cf` on this machine: only what is played is believed.
  const edge = Object.fromEntries(
    PLAYED.flatMap((name) => (played.has(name) ? [[name, played.get(name)]] : [])),
  )
  const bot = readBotManagement(played)
  return { ...facts, edge: bot === undefined ? edge : { ...edge, botManagement: bot } }
}

/** `undefined` when nothing of it is played, as on plans without it. */
function readBotManagement(played: ReadonlyMap<string, string>): EdgeProperties | undefined {
  const texts = PLAYED_BOT.flatMap((name) => (played.has(name) ? [[name, played.get(name)]] : []))
  const flags = PLAYED_BOT_FLAGS.flatMap((name) =>
    played.has(name) ? [[name, played.get(name) === 'true']] : [],
  )
  return texts.length + flags.length === 0 ? undefined : Object.fromEntries([...texts, ...flags])
}

function socketAddress(properties: SocketProperties | undefined): string {
  const text = typeof properties?.clientIp === 'string' ? properties.clientIp : ''
  const port = text.lastIndexOf(':')
  const address = port === -1 ? text : text.slice(0, port).replace(/^\[|\]$/g, '')
  // Local sockets are bound to loopback; a runtime that does not say more means this machine.
  return address === '' ? '127.0.0.1' : address
}

const edge: Edge = createEdge(baseline, readLocalClient)

export default edge
