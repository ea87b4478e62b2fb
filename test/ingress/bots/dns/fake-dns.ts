/** A resolver with a zone of its own, in the JSON that resolvers speak. */
import { type AskDns, type RecordType, readDnsAnswer } from '../../../../src/ingress/bots/dns/dns-answer.ts'

const NUMBERS: Readonly<Record<string, number>> = { A: 1, CNAME: 5, PTR: 12, AAAA: 28, RRSIG: 46 }

/** `name TYPE data`, one record each. */
export type Zone = readonly string[]

export interface FakeDns {
  readonly ask: AskDns
  /** Questions so far, as `PTR 1.0.9.5.in-addr.arpa`. */
  readonly asked: string[]
}

/** Answers with aliases first, as resolvers do. A name that the zone has nowhere does not exist. */
export function createFakeDns(zone: Zone): FakeDns {
  const records = zone.map((line) => {
    const [name = '', type = '', data = ''] = line.split(' ')
    return { name, type: NUMBERS[type] ?? 0, TTL: 300, data }
  })
  const asked: string[] = []
  return {
    asked,
    async ask(name: string, type: RecordType) {
      asked.push(`${type} ${name}`)
      const answer: typeof records = []
      let at = name
      for (let hop = 0; hop < 20; hop++) {
        const own = records.filter((record) => record.name.toLowerCase() === at)
        const alias = own.find((record) => record.type === NUMBERS.CNAME)
        answer.push(...own.filter((record) => record.type === NUMBERS[type] || record === alias))
        if (!alias) break
        at = alias.data.replace(/\.$/, '').toLowerCase()
      }
      const exists = records.some((record) => record.name.toLowerCase() === name)
      const reply = { Status: exists ? 0 : 3, TC: false, RD: true, RA: true, Answer: answer }
      return readDnsAnswer(JSON.parse(JSON.stringify(reply)), name, type)
    },
  }
}
