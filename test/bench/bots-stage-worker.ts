/** The bench's side in workerd; its caller holds the clock. `GET /?case=<index>&times=<n>` runs one case. */
import baseline from '../../dist/baseline.bin'
import { type Case, createCases } from './bots-stage-cases.ts'

let cases: Promise<readonly Case[]> | undefined

export default {
  async fetch(request: Request): Promise<Response> {
    cases ??= createCases(baseline)
    const { searchParams } = new URL(request.url)
    const chosen = (await cases)[Number(searchParams.get('case') ?? -1)]
    return new Response(String(chosen?.run(Number(searchParams.get('times'))) ?? 0))
  },
}
