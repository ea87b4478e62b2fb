/**
 * The sources of an isolate's requests at every level, counted as numbers and named only when they are reported.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import type { Address } from '../../net/address.ts'
import { type Counted, createSketch, type Sketch } from './sketch.ts'
import { addressKeyOf, agentKeyFrom, agentWordsOf, networkKeyOf, tlsKeyOf } from './source-keys.ts'
import { LEVELS, type Level, MAX_SIGHTINGS, type Sighting } from './watch-protocol.ts'

export interface Sightings {
  /** @param weight How many requests this one stands for. */
  add(facts: RequestFacts, weight: number): void
  /** The sources that matter among `requests`; starts anew. @param weight As last used. */
  drain(requests: number, weight: number): readonly Sighting[]
}

/** Part of an isolate's requests below which a source is not told of: nothing acts on so little. */
const WORTH_TELLING = 1 / 200

/** @param random A number from 0 up to 1. */
export function createSightings(random: () => number): Sightings {
  const draw = (): Sketch => createSketch(Math.floor(random() * 2 ** 32))
  const sketches: Readonly<Record<Level, Sketch>> = {
    address: draw(),
    network: draw(),
    asn: draw(),
    tls: draw(),
    agent: draw(),
  }
  return {
    add(facts, weight) {
      const { address, asn } = facts.client
      if (address !== undefined) addAddress(sketches, address, weight)
      if (asn !== undefined) sketches.asn.add(0, asn, 0, weight)
      const tls = tlsKeyOf(facts)
      if (tls !== undefined)
        sketches.tls.add(hashText(0x811c9dc5, tls), hashText(0x9747b28c, tls), 0, weight, tls)
      const agent = agentWordsOf(facts)
      sketches.agent.add(agent.high, agent.low, 0, weight)
    },
    drain(requests, weight) {
      // Who was looked at once may be anybody.
      const least = Math.max(2 * weight, requests * WORTH_TELLING)
      return LEVELS.flatMap((level) => {
        const sketch = sketches[level]
        const told = sketch
          .top(MAX_SIGHTINGS, least)
          .map((counted) => ({ level, key: nameOf(level, counted), count: counted.count }))
        sketch.clear()
        return told
      })
    },
  }
}

function addAddress(sketches: Readonly<Record<Level, Sketch>>, address: Address, weight: number): void {
  if (address.version === 4) {
    sketches.address.add(0, address.value, 4, weight)
    sketches.network.add(0, address.value >>> 8, 4, weight)
    return
  }
  const [high, low] = address.words
  sketches.address.add(high, low, 6, weight)
  sketches.network.add(high, low >>> 16, 6, weight)
}

function nameOf(level: Level, { high, low, kind, text }: Counted): string {
  switch (level) {
    case 'address':
      return addressKeyOf(kind === 4 ? { version: 4, value: low } : { version: 6, words: [high, low, 0, 0] })
    case 'network':
      return networkKeyOf(
        kind === 4
          ? { version: 4, value: (low << 8) >>> 0 }
          : { version: 6, words: [high, (low << 16) >>> 0, 0, 0] },
      )
    case 'asn':
      return String(low)
    case 'tls':
      return text ?? ''
    case 'agent':
      return agentKeyFrom({ high, low })
  }
}

/** FNV-1a: fingerprints are told apart, nothing hangs on their order or on nobody finding two alike. */
function hashText(start: number, text: string): number {
  let hash = start
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
