/** The bench's side in workerd: runs `?name=…&times=…` and answers how often it did; its caller holds the clock. */
import { type Case, createCases } from './clearance-cases.ts'

let ready: Promise<readonly Case[]> | undefined

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    ready ??= createCases()
    const cases = await ready
    const name = searchParams.get('name')
    if (name === null) return Response.json(cases.map((each) => each.name))
    const found = cases.find((each) => each.name === name)
    return Response.json(await found?.run(Number(searchParams.get('times'))))
  },
}
