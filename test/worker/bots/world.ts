/** A store, a clock and an Internet of a few pages, for the cron and the isolates. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { RangeSourceModel } from '../../../src/bundle/bots-model.ts'
import { createRangeBook, type RangeBook } from '../../../src/ingress/bots/ranges/range-book.ts'
import {
  createKeyDirectory,
  type KeyDirectory,
} from '../../../src/ingress/bots/web-bot-auth/key-directory.ts'
import { parseAddress } from '../../../src/net/address.ts'
import { type CronModel, type CronReport, runBotCron } from '../../../src/worker/bots/bot-cron.ts'
import { type BotData, createBotData } from '../../../src/worker/bots/bot-data.ts'

export type Page = (init: RequestInit) => Response | Promise<Response>

export const SECRET: Uint8Array = new Uint8Array(16).fill(7)

export const source = (id: string, format: RangeSourceModel['format'] = 'json'): RangeSourceModel => ({
  id,
  url: `https://${id}.example/list`,
  format,
})

export function modelOf(ranges: readonly RangeSourceModel[], hosts: readonly string[] = []): CronModel {
  return { ranges, verification: { web_bot_auth: { hosts } } }
}

/** Google's form. */
export function list(...prefixes: readonly string[]): string {
  return JSON.stringify({
    prefixes: prefixes.map((text) => (text.includes(':') ? { ipv6Prefix: text } : { ipv4Prefix: text })),
  })
}

/** So many networks that are next to one another, from 5.0.0.0/24 on. */
export function networks(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `5.${i >> 8}.${i & 255}.0/24`)
}

export const page =
  (text: string, headers: Readonly<Record<string, string>> = {}): Page =>
  () =>
    new Response(text, { headers })

export interface Policy {
  readonly ranges: RangeBook
  readonly keys: KeyDirectory
}

export class World {
  /** Milliseconds since the epoch. */
  now = 1_780_000_000_000
  value: ArrayBuffer | null = null
  isStoreDown = false
  readonly pages = new Map<string, Page>()
  readonly asked: { readonly url: string; readonly headers: Headers }[] = []
  readonly lines: string[] = []
  readonly work: Promise<unknown>[] = []
  reads = 0

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    this.asked.push({ url, headers: new Headers(init.headers) })
    const found = this.pages.get(url)
    if (!found) throw new TypeError('fetch failed')
    return found(init)
  }

  readonly store = {
    get: async (): Promise<ArrayBuffer | null> => {
      this.reads++
      if (this.isStoreDown) throw new Error('KV is down')
      return this.value
    },
    put: async (value: ArrayBuffer): Promise<void> => {
      if (this.isStoreDown) throw new Error('KV is down')
      this.value = value
    },
  }

  cron(model: CronModel, secret: Uint8Array = SECRET): Promise<CronReport> {
    const write = (line: string): void => void this.lines.push(line)
    return runBotCron({ store: this.store, fetch: this.fetch, now: () => this.now, secret, write }, model)
  }

  isolate(secret: Uint8Array = SECRET): BotData {
    return createBotData({ store: this.store, secret, clock: () => this.now })
  }

  /** Lets the isolate look, if it wants to. */
  async look(data: BotData): Promise<void> {
    data.refresh((work) => this.work.push(work), this.now)
    await Promise.all(this.work.splice(0))
  }

  policy({ ranges, verification }: CronModel): Policy {
    const none = (): never => {
      throw new Error('no snapshot')
    }
    return {
      ranges: createRangeBook(ranges, none, 7 * 86_400),
      keys: createKeyDirectory(verification.web_bot_auth.hosts),
    }
  }

  find({ ranges }: Policy, ip: string, ...ids: readonly string[]): string {
    return ranges.find(parseAddress(ip), ids, this.now)
  }
}

/** A key directory that is signed by its one key, as the draft wants it. */
export function signedDirectory(
  host: string,
  now: () => number,
): { readonly keyid: string; readonly page: Page } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  const keyid = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')
  const body = JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x }] })
  return {
    keyid,
    page: () => {
      const created = Math.floor(now() / 1000)
      const params = `("@authority";req);created=${created};expires=${created + 300};keyid="${keyid}";alg="ed25519";tag="http-message-signatures-directory"`
      const base = `"@authority";req: ${new URL(host).host}\n"@signature-params": ${params}`
      const signature = sign(null, Buffer.from(base), privateKey).toString('base64')
      return new Response(body, {
        headers: {
          'content-type': 'application/http-message-signatures-directory+json',
          'signature-input': `sig1=${params}`,
          signature: `sig1=:${signature}:`,
        },
      })
    },
  }
}
