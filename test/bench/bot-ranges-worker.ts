/** The bench's side in workerd; its caller holds the clock. `GET /?case=<index>&times=<n>` runs one case. */
import { type Case, createCases } from './bot-ranges-cases.ts'

let cases: readonly Case[] | undefined

export default {
  async fetch(request: Request): Promise<Response> {
    cases ??= createCases()
    const { searchParams } = new URL(request.url)
    const times = Number(searchParams.get('times'))
    const chosen = cases[Number(searchParams.get('case') ?? -1)]
    let sum = 0
    if (chosen?.count === 1) for (let i = 0; i < times; i++) sum += await chosen.run(1)
    else if (chosen) sum = await chosen.run(times)
    return new Response(String(sum))
  },
}
