/**
 * Signals of who a client says it is, and of where and how it connects.
 * @module
 */
import type { BotSignal } from './bot-signal.ts'

const IDENTITY: readonly BotSignal[] = [
  {
    id: 'agent-missing',
    weight: 50,
    reason: 'There is no User-Agent.',
    exempt: 'None.',
  },
  {
    id: 'agent-long',
    weight: 40,
    reason: 'The User-Agent is longer than 1,024 characters.',
    exempt: 'None: those of browsers end below 400.',
  },
  {
    id: 'agent-unknown',
    weight: 20,
    reason: 'The User-Agent is neither that of a browser nor of a program that is known.',
    exempt:
      'Declared automation and named agents, whose class says what they get. It stays below the first band by itself, as apps have User-Agents of their own.',
  },
  {
    id: 'agent-hollow',
    weight: 30,
    reason: 'The User-Agent begins as that of browsers does and names none.',
    exempt: 'Declared automation and named agents.',
  },
  {
    id: 'agent-impossible',
    weight: 35,
    reason: 'A User-Agent with products that never came together, as Chrome with a WebKit that it never had.',
    exempt: 'Devices.',
  },
  {
    id: 'agent-unreduced',
    weight: 5,
    reason: 'A full version of Chromium where browsers have said zeros since 113.',
    exempt: 'Web views, Electron and devices. Companies can switch the reduction off.',
  },
  {
    id: 'headless',
    weight: 60,
    reason: 'The User-Agent says that a program drives the browser: HeadlessChrome.',
    exempt: 'None.',
  },
  {
    id: 'headless-disguised',
    weight: 75,
    reason: 'The client hints name HeadlessChrome, the User-Agent does not.',
    exempt: 'None.',
  },
  {
    id: 'declared-as-browser',
    weight: 20,
    reason: 'A User-Agent of a browser in which something unknown says that it is automated.',
    exempt: 'Agents that are known by name: many of them draw pages with a browser and say so.',
  },
  {
    id: 'spoofed',
    weight: 60,
    reason: 'It uses the name of an agent whose proof it does not have.',
    exempt: 'None; `verification.spoofed` in rules/bots.yaml says what else befalls it.',
  },
  {
    id: 'signature-failed',
    weight: 40,
    reason: 'It carries a signature (Web Bot Auth) of a known agent that does not verify.',
    exempt: 'None.',
  },
]

const CONNECTION: readonly BotSignal[] = [
  {
    id: 'protocol-old',
    weight: 10,
    reason: 'A modern browser that speaks HTTP/1, although HTTP/2 is offered.',
    exempt:
      'Cleartext http; WebSocket handshakes; devices; company proxies that Cloudflare knows. Other proxies are why it weighs little.',
  },
  {
    id: 'protocol-ancient',
    weight: 10,
    reason: 'HTTP/1.0, which browsers gave up before 2000.',
    exempt: 'Declared automation and named agents.',
  },
  {
    id: 'tls-old',
    weight: 20,
    reason: 'A modern browser over TLS 1.0 or 1.1, which it no longer speaks.',
    exempt: 'Company proxies that Cloudflare knows.',
  },
  {
    id: 'tls-known',
    weight: 60,
    reason: 'The TLS handshake is one of a program that the policy lists (`tls`).',
    exempt: 'Declared automation and named agents, which do not pretend.',
  },
  {
    id: 'tls-unfamiliar',
    weight: 20,
    reason: 'A TLS handshake that no person with this browser has been seen with.',
    exempt: 'Until enough people have been seen; cleared clients.',
  },
  {
    id: 'network-hosting',
    weight: 20,
    reason: 'A browser in the network of a hosting company (`asns.hosting`).',
    exempt: 'Networks of relays (`asns.relay`) and Tor, which people are behind; cleared clients.',
  },
  {
    id: 'worker-fetch',
    weight: 15,
    reason: 'A browser whose request comes from a Worker of another zone (CF-Worker).',
    exempt: 'Cleared clients. Weigh it 0 when a Worker of your own stands before this one.',
  },
  {
    id: 'maze-visits',
    weight: 20,
    reason: 'From its network the maze, which no link that people see leads to, was visited again and again.',
    exempt:
      'Cleared clients. A network is shared, so it stays below the first band: neighbours are not asked for it alone.',
  },
  {
    id: 'platform-automated',
    weight: 70,
    reason: 'Cloudflare Bot Management is certain that a program sends it (score 1).',
    exempt: 'Plans without it. Bots that Cloudflare has verified.',
  },
  {
    id: 'platform-likely',
    weight: 40,
    reason: 'Cloudflare Bot Management takes it for a program (score 2 to 29).',
    exempt: 'Plans without it. Bots that Cloudflare has verified.',
  },
]

/** Signals of identity and connection. */
export const CLIENT_SIGNALS: readonly BotSignal[] = [...IDENTITY, ...CONNECTION]
