/** Fields named in Connection are dropped by some servers on the way, after they were checked. */
import { type BatteryCase, casesOf, SPOOF_IP } from '../battery-case.ts'
import { addFields } from '../edit-attempt.ts'

const { refused, either } = casesOf('connection')

const DROPPED = 'RFC 9110 section 7.6.1: what Connection names goes no further'
const RESTORED = 'CVE-2022-31813: restored facts may be dropped again on the way to the application'

const nominates = (name: string, value: string): BatteryCase =>
  refused(name, 'connection', DROPPED, (desk) => addFields(desk.sign(), 'Connection', value))

export const CONNECTION: readonly BatteryCase[] = [
  nominates('the client named as hop-by-hop', 'close, Sallyport-Client'),
  nominates('the verdict named as hop-by-hop', 'Sallyport-Verdict'),
  nominates('the request id named as hop-by-hop', 'keep-alive, sallyport-request-id'),
  nominates('the signature named as hop-by-hop', 'close, Signature'),
  nominates('the signature’s input named as hop-by-hop', 'close,Signature-Input'),
  nominates('the host named as hop-by-hop', 'close, Host'),
  nominates('a digest named as hop-by-hop', 'close, Content-Digest'),
  nominates('a twin named as hop-by-hop', 'close,\tsallyport_client'),
  nominates('a field of ours named after empty ones', ', ,, Sallyport-Client'),
  // A proxy that sees the first line only must neither forward the second nor do what it says.
  either('a field of ours named in a second line', 'connection', DROPPED, (desk) =>
    addFields(desk.sign(), 'Connection', 'close', 'Connection', 'Sallyport-Verdict'),
  ),
  ...[
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Real-IP',
    'X-Request-ID',
    'Forwarded',
  ].map((name) =>
    either(`the restored ${name} named as hop-by-hop`, undefined, RESTORED, (desk) =>
      addFields(desk.sign(), name, SPOOF_IP, 'Connection', `close, ${name}`),
    ),
  ),
  either('a fact named as hop-by-hop', undefined, RESTORED, (desk) =>
    addFields(desk.sign(), 'Connection', 'close, Sallyport-Country, Sallyport-Route'),
  ),
  either('a field of the verifier named as hop-by-hop', undefined, RESTORED, (desk) =>
    addFields(
      desk.sign(),
      'Connection',
      'close, Sallyport-Door-Method, Sallyport-Door-Target, X-Original-URL, X-Forwarded-Uri',
    ),
  ),
  either('the client named in Proxy-Connection', undefined, DROPPED, (desk) =>
    addFields(desk.sign(), 'Proxy-Connection', 'close, Sallyport-Client'),
  ),
  either('the client named in Keep-Alive', undefined, DROPPED, (desk) =>
    addFields(desk.sign(), 'Keep-Alive', 'timeout=5, Sallyport-Client'),
  ),
  either('the client named in Trailer', undefined, 'RFC 9110 section 6.6.2', (desk) =>
    addFields(desk.sign(), 'Trailer', 'Sallyport-Client'),
  ),
]
