/**
 * Who sends what when: the same for every scheme that is compared.
 * @module
 */
import { createUniform, createZipf, drawWait, type Uniform } from './chance.ts'

export const POPS = 20
export const ISOLATES_PER_POP = 8
export const ISOLATES: number = POPS * ISOLATES_PER_POP

/** An attack beside the visitors. */
export interface Attack {
  /** Sources; 0: a new one for each request. */
  readonly sources: number
  /** Requests per second of all of them. */
  readonly rate: number
  /** Seconds after which the first source begins, and until when the last one has. */
  readonly from: number
  readonly until: number
}

export interface Shape {
  /** Seconds. */
  readonly duration: number
  /** Visitors, and their requests per second in all; how much of it each sends follows Zipf's law. */
  readonly visitors: number
  readonly rate: number
  readonly exponent: number
  readonly attack?: Attack
  /** Every client is seen by the isolates of all points of presence, not of one. */
  readonly roaming: boolean
}

/** Requests in the order of time; request `i` is index `i` of each array. */
export interface Traffic {
  readonly count: number
  /** Milliseconds from the beginning. */
  readonly times: Float64Array
  /** Visitors are numbered from 0, then the attack's sources. */
  readonly clients: Int32Array
  readonly isolates: Int16Array
  readonly visitors: number
  /** Of both kinds. */
  readonly clientCount: number
  /** Milliseconds. */
  readonly duration: number
}

const ZIPF_SIZE_MIN = 1

export function createTraffic(shape: Shape, seed: number): Traffic {
  const uniform = createUniform(seed)
  const capacity = estimateRequests(shape)
  const times = new Float64Array(capacity)
  const clients = new Int32Array(capacity)
  const isolates = new Int16Array(capacity)
  const zipf = createZipf(Math.max(ZIPF_SIZE_MIN, shape.visitors), shape.exponent)
  const sources = createSources(shape, uniform)
  const duration = shape.duration * 1000
  const place = createPlaces(shape, uniform)
  let count = 0
  let visit = shape.rate > 0 ? drawWait(uniform, 1000 / shape.rate) : duration
  let strike = sources ? sources.wait() : duration
  while (Math.min(visit, strike) < duration && count < capacity) {
    const isVisit = visit <= strike
    const at = isVisit ? visit : strike
    const client = isVisit ? zipf(uniform) : (sources?.draw(at) ?? -1)
    if (isVisit) visit += drawWait(uniform, 1000 / shape.rate)
    else strike += sources?.wait() ?? duration
    if (client < 0) continue
    times[count] = at
    clients[count] = client
    isolates[count] = place(client)
    count++
  }
  return {
    count,
    times: times.subarray(0, count),
    clients: clients.subarray(0, count),
    isolates: isolates.subarray(0, count),
    visitors: shape.visitors,
    clientCount: shape.visitors + (sources?.count ?? 0),
    duration,
  }
}

/** Room for the requests to come: the mean and six deviations of a Poisson process. */
function estimateRequests({ duration, rate, attack }: Shape): number {
  const mean = duration * (rate + (attack?.rate ?? 0))
  return Math.ceil(mean + 6 * Math.sqrt(mean) + 64)
}

interface Sources {
  readonly count: number
  /** Milliseconds until the next request. */
  wait(): number
  /** The source of a request at that time, or -1 when it has not begun. */
  draw(at: number): number
}

function createSources({ attack, visitors }: Shape, uniform: Uniform): Sources | undefined {
  if (attack === undefined) return undefined
  const { sources, rate, from, until } = attack
  const begins = Float64Array.from(
    { length: sources },
    (_, index) => 1000 * (from + ((until - from) * index) / sources),
  )
  let fresh = 0
  return {
    get count() {
      return sources === 0 ? fresh : sources
    },
    wait: () => drawWait(uniform, 1000 / rate),
    draw(at) {
      if (sources === 0) return at < from * 1000 ? -1 : visitors + fresh++
      const source = Math.floor(uniform() * sources)
      return at < (begins[source] as number) ? -1 : visitors + source
    },
  }
}

/** Anycast leads a client to one point of presence, where any isolate may take its request. */
function createPlaces({ roaming }: Shape, uniform: Uniform): (client: number) => number {
  if (roaming) return () => Math.floor(uniform() * ISOLATES)
  const homes = new Map<number, number>()
  return function place(client) {
    let home = homes.get(client)
    if (home === undefined) {
      home = Math.floor(uniform() * POPS)
      homes.set(client, home)
    }
    return home * ISOLATES_PER_POP + Math.floor(uniform() * ISOLATES_PER_POP)
  }
}
