/** The bench's side in workerd: makes pages and answers; its caller holds the clock. */
import { createLabyrinth } from '../../src/ingress/bots/labyrinth/labyrinth.ts'
import { createFacts } from '../http/facts.ts'

const MODEL = { mode: 'enforce', path: '/catalogue/', link: true, threshold: 25 } as const

export type Work = 'page' | 'page-stranger' | 'link' | 'check' | 'visits'

/** What takes turns, each `times` times; gives back a number that depends on all of it. */
export function createWork(): Readonly<Record<Work, (times: number) => number>> {
  const labyrinth = createLabyrinth(MODEL, { secret: new Uint8Array(32).fill(7) })
  const now = 1_800_000_000_000
  const page = createFacts({ target: '/about' })
  const link = labyrinth.linkFor(page, now) ?? ''
  const inside = Array.from({ length: 64 }, (_, i) => createFacts({ target: `${link}ledger-of-tolls-${i}` }))
  const strangers = Array.from({ length: 64 }, (_, i) =>
    createFacts({ target: `/catalogue/000000000000/x${i}`, address: `203.0.${i}.9` }),
  )
  const sum = (times: number, run: (i: number) => number): number => {
    let total = 0
    for (let i = 0; i < times; i++) total += run(i)
    return total
  }
  const pageOf = (list: typeof inside) => (i: number) =>
    labyrinth.answer(list[i % list.length] ?? page, now).body.length
  return {
    page: (times) => sum(times, pageOf(inside)),
    'page-stranger': (times) => sum(times, pageOf(strangers)),
    link: (times) => sum(times, () => labyrinth.linkFor(page, now)?.length ?? 0),
    check: (times) => sum(times, () => (labyrinth.check(page) === undefined ? 1 : 0)),
    visits: (times) => sum(times, () => labyrinth.visits(page, now)),
  }
}

let work: ReturnType<typeof createWork> | undefined

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    work ??= createWork()
    const run = work[searchParams.get('name') as Work]
    return new Response(String(run(Number(searchParams.get('times')))))
  },
}
