/**
 * The control: unless an intact request gets through, refusals prove nothing.
 * @module
 */
import { describeReply, readReply } from './finding.ts'
import type { Desk } from './signing-desk.ts'
import type { Reply } from './wire.ts'

export type Control =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly message: string }

/** Seconds by which clocks may differ before the difference is worth a word. */
const SKEW = 5

/** How far the origin's clock, as its `Date` field tells it, is ahead of ours. */
function readDrift(head: string, now: number): number | undefined {
  const text = /^date:[ \t]*([A-Za-z0-9, :]{20,40})/im.exec(head)?.[1]
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.round(time / 1000 - now)
}

function adviseOnRefusal(status: number, head: string, desk: Desk): string {
  if (status === 401)
    return 'Nothing signed arrives there: does something in between drop Signature and Signature-Input? Or does the application itself ask for a login at this path (then name another one: --path)?'
  if (status !== 403) return 'The path may be one that the application refuses: name another one with --path.'
  const drift = readDrift(head, desk.now)
  if (drift !== undefined && Math.abs(drift) > SKEW)
    return `The origin's clock is ${Math.abs(drift)} s ${drift > 0 ? 'ahead of' : 'behind'} this machine's: put both right (NTP).`
  return `Does the origin know the key ${desk.keyid} (--kid; HAProxy and njs know HMAC keys only), and does it answer for ${desk.authority} (--authority)? Does something in between change Host, path or query? It refuses, too, what was signed before it started: then try again in a few seconds.`
}

/** Origins often have a certificate of a private authority: Node's words say nothing of this command's option. */
function adviseOnConnection(why: string): string {
  if (!/certificate|altnames/i.test(why)) return `${why}.`
  return `${why.replace(/; if the root CA.*$/, '')}. Is the certificate for the --authority? Accept any with --insecure, or name your authority's in NODE_EXTRA_CA_CERTS.`
}

/** `reply` is the answer to an intact request from `desk`. */
export function checkControl(reply: Reply, desk: Desk): Control {
  const start = `An intact signed request for ${desk.target} got`
  if (reply.kind === 'unreachable')
    return { ok: false, message: `The origin cannot be reached: ${adviseOnConnection(reply.why)}` }
  if (reply.kind !== 'answer')
    return { ok: false, message: `${start} no answer (${describeReply(reply)}). Is this an HTTP/1.1 port?` }
  // A path that the operator has named is answered by the application, whatever it says.
  const reading = readReply(reply, reply)
  if (reading === 'answered') return { ok: true, status: reply.status }
  const advice =
    reading === 'refused'
      ? adviseOnRefusal(reply.status, reply.head, desk)
      : 'The application has to answer it: see that it runs, or name another path with --path.'
  return { ok: false, message: `${start} ${reply.status}. ${advice}` }
}
